package dev.meander.core.normalise;

import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;

/**
 * How far each of several predictors of one stream is to be trusted, by the information that its
 * predictions carry about the inputs: {@code I = H(mean p) - mean H(p)} in nats, both means
 * decaying over the last samples; weights are {@code softmax(sharpness I)}. A predictor that is
 * unsure and one that has collapsed to a class both carry little.
 *
 * <p>Thread-safety: none.
 */
public final class InformationWeights {

  private final double memory;
  private final double sharpness;
  private final double[][] marginals;
  private final double[] entropies;
  private final double[] mass = new double[1];

  /**
   * @param predictors how many, at least 1
   * @param classes number of classes
   * @param memory samples after which a sample's weight has fallen to 1/e
   * @param sharpness ratio of two weights, as a logarithm, per nat of information
   */
  public InformationWeights(int predictors, int classes, double memory, double sharpness) {
    this.memory = memory;
    this.sharpness = sharpness;
    this.marginals = new double[predictors][classes];
    this.entropies = new double[predictors];
  }

  /** A copy that goes on by itself. */
  public InformationWeights copy() {
    InformationWeights copy =
        new InformationWeights(marginals.length, marginals[0].length, memory, sharpness);
    for (int k = 0; k < marginals.length; k++) {
      System.arraycopy(marginals[k], 0, copy.marginals[k], 0, marginals[k].length);
    }
    System.arraycopy(entropies, 0, copy.entropies, 0, entropies.length);
    copy.mass[0] = mass[0];
    return copy;
  }

  /**
   * Takes in a batch.
   *
   * @param predictions of each predictor for the same samples
   */
  public void observe(Rows[] predictions) {
    int samples = predictions[0].rows();
    double keep = Math.exp(-samples / memory);
    mass[0] = keep * mass[0] + 1 - keep;
    for (int k = 0; k < predictions.length; k++) {
      float[] mean = predictions[k].mean();
      double entropy = 0;
      for (int i = 0; i < samples; i++) {
        entropy += predictions[k].entropy(i) / samples;
      }
      entropies[k] = keep * entropies[k] + (1 - keep) * entropy;
      for (int c = 0; c < mean.length; c++) {
        marginals[k][c] = keep * marginals[k][c] + (1 - keep) * mean[c];
      }
    }
  }

  /** Weight of each predictor, sum 1; equal ones before the first batch. */
  public double[] weights() {
    double[] weights = new double[entropies.length];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = mass[0] == 0 ? 0 : sharpness * information(k);
    }
    double largest = Arrays.stream(weights).max().orElseThrow();
    Arrays.setAll(weights, k -> Math.exp(weights[k] - largest));
    double sum = Arrays.stream(weights).sum();
    Arrays.setAll(weights, k -> weights[k] / sum);
    return weights;
  }

  private double information(int k) {
    double information = -entropies[k] / mass[0];
    for (double share : marginals[k]) {
      double p = share / mass[0];
      information -= p > 0 ? p * Math.log(p) : 0;
    }
    return information;
  }

  /**
   * Adds what it remembers.
   *
   * @param prefix of the names
   */
  public void state(String prefix, StateArrays arrays) {
    for (int k = 0; k < marginals.length; k++) {
      arrays.add(prefix + "marginal-" + k, marginals[k]);
    }
    arrays.add(prefix + "entropies", entropies);
    arrays.add(prefix + "mass", mass);
  }

  /** Forgets every batch. */
  public void restart() {
    for (double[] marginal : marginals) {
      Arrays.fill(marginal, 0);
    }
    Arrays.fill(entropies, 0);
    mass[0] = 0;
  }
}
