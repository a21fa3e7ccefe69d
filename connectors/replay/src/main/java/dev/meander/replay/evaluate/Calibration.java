package dev.meander.replay.evaluate;

import dev.meander.core.math.Softmax;
import dev.meander.core.tensor.Tensor;

/**
 * How well probabilities fit what happened: negative log-likelihood, Brier score (sum over classes
 * of squared distance to the label), expected calibration error over {@link #BINS} equal bins of
 * the largest probability.
 *
 * <p>Thread-safety: none.
 */
final class Calibration {

  static final int BINS = 15;

  /** Log-probabilities below this count as this, so that one certain mistake stays finite. */
  private static final double LOG_PROBABILITY_MIN = -50;

  private final long[] count = new long[BINS];
  private final double[] confidence = new double[BINS];
  private final long[] right = new long[BINS];
  private double logLikelihood;
  private double brier;
  private long samples;

  /**
   * Result.
   *
   * @param nll mean negative log-likelihood, nats
   * @param brier mean Brier score, 0 to 2
   * @param ecePercent expected calibration error, percent
   */
  public record Result(double nll, double brier, double ecePercent) {}

  /** Takes in predictions; rows that are not finite count as uniform. */
  void add(Tensor logits, int[] labels) {
    int classes = logits.rowSize();
    float[] logProbabilities = new float[logits.data().length];
    Softmax.logSoftmax(logits.data(), logits.rows(), classes, logProbabilities);
    for (int row = 0; row < logits.rows(); row++) {
      addRow(logProbabilities, row * classes, classes, labels[row]);
    }
  }

  private void addRow(float[] logProbabilities, int from, int classes, int label) {
    double uniform = -Math.log(classes);
    int best = 0;
    double top = Double.NEGATIVE_INFINITY;
    double square = 0;
    for (int c = 0; c < classes; c++) {
      double logP = logProbabilities[from + c];
      logP = Double.isNaN(logP) ? uniform : Math.max(LOG_PROBABILITY_MIN, logP);
      double p = Math.exp(logP);
      double target = c == label ? 1 : 0;
      square += (p - target) * (p - target);
      logLikelihood += target * logP;
      if (p > top) {
        top = p;
        best = c;
      }
    }
    brier += square;
    int bin = (int) Math.min(BINS - 1, top * BINS);
    count[bin]++;
    confidence[bin] += top;
    right[bin] += best == label ? 1 : 0;
    samples++;
  }

  Result result() {
    double gap = 0;
    for (int bin = 0; bin < BINS; bin++) {
      gap += Math.abs(confidence[bin] - right[bin]);
    }
    return new Result(-logLikelihood / samples, brier / samples, 100 * gap / samples);
  }

  long samples() {
    return samples;
  }
}
