package dev.meander.core.normalise;

import dev.meander.core.correct.StickyLabels;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;

/**
 * How far each of several predictors of one stream is to be trusted, by the information that its
 * predictions carry about the inputs and share with those before: {@code I = H(mean p) - mean H(p)
 * + F} in nats, the means decaying over the last samples and F what {@link StickyLabels#foresee}
 * says of the predictor; weights are {@code softmax(sharpness I)}. A predictor that is unsure and
 * one that has collapsed to a class both carry little. In a long run of one class the marginal says
 * nothing; there F tells one that sees the class from one that scatters. Where labels are drawn
 * anew F is nearly zero.
 *
 * <p>Thread-safety: none.
 */
public final class InformationWeights {

  private final double memory;
  private final double sharpness;
  private final double[][] marginals;
  private final double[] entropies;
  private final double[] foreseen;
  private final StickyLabels[] chains;
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
    this.foreseen = new double[predictors];
    this.chains = new StickyLabels[predictors];
    Arrays.setAll(chains, k -> new StickyLabels(classes));
  }

  /** A copy that goes on by itself. */
  public InformationWeights copy() {
    InformationWeights copy =
        new InformationWeights(marginals.length, marginals[0].length, memory, sharpness);
    for (int k = 0; k < marginals.length; k++) {
      System.arraycopy(marginals[k], 0, copy.marginals[k], 0, marginals[k].length);
    }
    System.arraycopy(entropies, 0, copy.entropies, 0, entropies.length);
    System.arraycopy(foreseen, 0, copy.foreseen, 0, foreseen.length);
    Arrays.setAll(copy.chains, k -> chains[k].copy());
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
      foreseen[k] = keep * foreseen[k] + (1 - keep) * chains[k].foresee(predictions[k]);
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
    double information = (foreseen[k] - entropies[k]) / mass[0];
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
    arrays.add(prefix + "foreseen", foreseen);
    for (int k = 0; k < chains.length; k++) {
      chains[k].state(prefix + "sticky-" + k + "-", arrays);
    }
    arrays.add(prefix + "mass", mass);
  }

  /** Forgets every batch. */
  public void restart() {
    for (double[] marginal : marginals) {
      Arrays.fill(marginal, 0);
    }
    Arrays.fill(entropies, 0);
    Arrays.fill(foreseen, 0);
    for (StickyLabels chain : chains) {
      chain.restart();
    }
    mass[0] = 0;
  }
}
