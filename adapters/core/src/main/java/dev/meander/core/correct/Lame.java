package dev.meander.core.correct;

import dev.meander.core.objective.Rows;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * LAME (Boudiaf et al., "Parameter-free online test-time adaptation", CVPR 2022), from its
 * formulas: predictions of a batch that agree with the model's and with those of samples with alike
 * features.
 *
 * <p>With p the probabilities {@code [b, C]}, W the affinities {@code [b, b]} and {@code U = -ln(p
 * + 1e-10)}: {@code Y0 = softmax(-U)}, then {@code A = W Y; Y = softmax(A - U)} until the energy
 * {@code sum(U Y - A Y + Y ln Y)} changes by less than a relative bound, or 100 times. The result
 * is ln Y.
 *
 * <p>It helps when neighbours in a batch share a class and harms shuffled batches. Where we differ:
 * a batch of equal samples counts as alike instead of giving NaN.
 *
 * <p>Thread-safety: immutable.
 */
public final class Lame implements OutputCorrector {

  private static final double TINY = 1e-10;
  private static final double LOG_MIN = 1e-20;

  private final Affinity affinity;
  private final int neighbours;
  private final int iterationsMax;
  private final double tolerance;
  private final boolean symmetric;

  /**
   * @param affinity how alike samples are measured
   * @param neighbours k; at least 2 with RBF, whose first neighbour is the sample itself
   * @param iterationsMax limit of iterations
   * @param tolerance relative change of the energy to stop at
   * @param symmetric whether W is averaged with its transpose
   */
  public Lame(
      Affinity affinity, int neighbours, int iterationsMax, double tolerance, boolean symmetric) {
    int least = affinity == Affinity.RBF ? 2 : 1;
    if (neighbours < least) {
      throw new IllegalArgumentException(
          "expected k >= " + least + " with affinity " + affinity + ", found " + neighbours);
    }
    this.affinity = affinity;
    this.neighbours = neighbours;
    this.iterationsMax = iterationsMax;
    this.tolerance = tolerance;
    this.symmetric = symmetric;
  }

  /**
   * Where the iteration ended.
   *
   * @param probabilities Y {@code [b * C]}
   * @param energies after each iteration
   */
  public record Solution(double[] probabilities, List<Double> energies) {}

  @Override
  public Tensor correct(Tensor logits, Tensor features) {
    double[] solved = solve(logits, features).probabilities();
    float[] corrected = new float[solved.length];
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] = (float) Math.log(Math.max(solved[i], LOG_MIN));
    }
    return new Tensor(corrected, logits.shape());
  }

  /** Solves one batch. */
  public Solution solve(Tensor logits, Tensor features) {
    Rows rows = Rows.of(logits);
    int n = rows.rows();
    int classes = rows.classes();
    double[] unary = new double[n * classes];
    for (int i = 0; i < unary.length; i++) {
      unary[i] = -Math.log(rows.probabilities()[i] + TINY);
    }
    double[] affinities = affinities(features);
    double[] y = new double[n * classes];
    double[] pull = new double[n * classes];
    softmaxOfDifference(pull, unary, y, n, classes);
    List<Double> energies = new ArrayList<>();
    double before = Double.POSITIVE_INFINITY;
    for (int iteration = 0; iteration < iterationsMax; iteration++) {
      multiply(affinities, y, pull, n, classes);
      softmaxOfDifference(pull, unary, y, n, classes);
      double energy = energy(unary, pull, y);
      energies.add(energy);
      if (iteration > 1 && Math.abs(energy - before) <= tolerance * Math.abs(before)) {
        break;
      }
      before = energy;
    }
    return new Solution(y, energies);
  }

  /** W {@code [b * b]}. */
  double[] affinities(Tensor features) {
    int n = features.rows();
    double[] unit = unitRows(features);
    int width = features.rowSize();
    double[] distances = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double squares = 0;
        for (int d = 0; d < width; d++) {
          double difference = unit[i * width + d] - unit[j * width + d];
          squares += difference * difference;
        }
        distances[i * n + j] = Math.sqrt(squares);
        distances[j * n + i] = distances[i * n + j];
      }
    }
    double[] affinities = new double[n * n];
    affinity.fill(distances, affinities, n, neighbours);
    if (symmetric) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          double mean = (affinities[i * n + j] + affinities[j * n + i]) / 2;
          affinities[i * n + j] = mean;
          affinities[j * n + i] = mean;
        }
      }
    }
    return affinities;
  }

  private static double[] unitRows(Tensor features) {
    int width = features.rowSize();
    double[] unit = new double[features.data().length];
    for (int i = 0; i < features.rows(); i++) {
      double squares = 0;
      for (int d = i * width; d < (i + 1) * width; d++) {
        squares += (double) features.data()[d] * features.data()[d];
      }
      double norm = Math.max(Math.sqrt(squares), 1e-12);
      for (int d = i * width; d < (i + 1) * width; d++) {
        unit[d] = features.data()[d] / norm;
      }
    }
    return unit;
  }

  private static void multiply(double[] w, double[] y, double[] into, int n, int classes) {
    for (int i = 0; i < n; i++) {
      double[] sums = new double[classes];
      for (int j = 0; j < n; j++) {
        double weight = w[i * n + j];
        if (weight != 0) {
          for (int c = 0; c < classes; c++) {
            sums[c] += weight * y[j * classes + c];
          }
        }
      }
      System.arraycopy(sums, 0, into, i * classes, classes);
    }
  }

  private static void softmaxOfDifference(
      double[] pull, double[] unary, double[] into, int n, int classes) {
    for (int from = 0; from < n * classes; from += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = from; i < from + classes; i++) {
        max = Math.max(max, pull[i] - unary[i]);
      }
      double sum = 0;
      for (int i = from; i < from + classes; i++) {
        into[i] = Math.exp(pull[i] - unary[i] - max);
        sum += into[i];
      }
      for (int i = from; i < from + classes; i++) {
        into[i] /= sum;
      }
    }
  }

  private static double energy(double[] unary, double[] pull, double[] y) {
    double energy = 0;
    for (int i = 0; i < y.length; i++) {
      energy += y[i] * (unary[i] - pull[i] + Math.log(Math.max(y[i], LOG_MIN)));
    }
    return energy;
  }
}
