package dev.meander.core.math;

/**
 * Softmax, log-softmax and entropy of rows of logits. Sums are taken in double, in order of class,
 * so results do not depend on anything but the input.
 */
public final class Softmax {

  private Softmax() {}

  /**
   * Log-probabilities of {@code rows} rows.
   *
   * @param logits {@code [rows * classes]}
   * @param into {@code [rows * classes]}; may be {@code logits}
   */
  public static void logSoftmax(float[] logits, int rows, int classes, float[] into) {
    check(logits, rows, classes);
    check(into, rows, classes);
    for (int row = 0; row < rows; row++) {
      int from = row * classes;
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, logits[from + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[from + c] - max);
      }
      double logSum = Math.log(sum);
      for (int c = 0; c < classes; c++) {
        // max first: added to a huge max, the logarithm would be lost
        into[from + c] = (float) (logits[from + c] - max - logSum);
      }
    }
  }

  /**
   * Probabilities of {@code rows} rows.
   *
   * @param logits {@code [rows * classes]}
   * @param into {@code [rows * classes]}; may be {@code logits}
   */
  public static void softmax(float[] logits, int rows, int classes, float[] into) {
    logSoftmax(logits, rows, classes, into);
    for (int i = 0; i < rows * classes; i++) {
      into[i] = (float) Math.exp(into[i]);
    }
  }

  /**
   * Entropy {@code -sum p ln p} in nats of one row of log-probabilities, 0 to ln(classes).
   *
   * @param from first float of the row
   */
  public static double entropy(float[] logProbabilities, int from, int classes) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double logProbability = logProbabilities[from + c];
      double probability = Math.exp(logProbability);
      if (probability > 0) {
        sum -= probability * logProbability;
      }
    }
    return sum;
  }

  /** Index of the largest value in a row; the first one on a tie. */
  public static int argMax(float[] values, int from, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (values[from + c] > values[from + best]) {
        best = c;
      }
    }
    return best;
  }

  private static void check(float[] values, int rows, int classes) {
    if (values.length < Math.multiplyExact(rows, classes)) {
      throw new IllegalArgumentException(
          "expected " + rows + " x " + classes + " floats, found " + values.length);
    }
  }

  /** Mean entropy of {@code rows} rows of logits. */
  public static double meanEntropy(float[] logits, int rows, int classes) {
    float[] logProbabilities = new float[logits.length];
    logSoftmax(logits, rows, classes, logProbabilities);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += entropy(logProbabilities, row * classes, classes);
    }
    return sum / rows;
  }
}
