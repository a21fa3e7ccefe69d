package dev.meander.core.guard;

import dev.meander.core.math.Softmax;
import dev.meander.core.math.Vectors;
import dev.meander.core.tensor.Tensor;

/**
 * What a candidate says to the same samples as the base model, each answering as it would be
 * served, and both under the candidate's statistics where it has some. With p the candidate's
 * probabilities, q the base model's, and means over the samples:
 *
 * @param samples how many
 * @param finite false when either gives a logit that is not finite; the numbers are NaN then
 * @param entropy mean of H(p), nats
 * @param baseEntropy mean of H(q), nats
 * @param diversity H of the mean of p, nats
 * @param baseDiversity H of the mean of q, nats
 * @param divergence mean of KL(p || q), nats
 */
public record Comparison(
    int samples,
    boolean finite,
    double entropy,
    double baseEntropy,
    double diversity,
    double baseDiversity,
    double divergence) {

  /**
   * Compares.
   *
   * @param logits the candidate's {@code [samples, classes]}
   * @param base the base model's log-probabilities, at least as many rows
   */
  static Comparison of(Tensor logits, float[] base) {
    int rows = logits.rows();
    int classes = logits.rowSize();
    if (!Vectors.allFinite(logits.data()) || !Vectors.allFinite(base, 0, rows * classes)) {
      double none = Double.NaN;
      return new Comparison(rows, false, none, none, none, none, none);
    }
    float[] own = new float[rows * classes];
    Softmax.logSoftmax(logits.data(), rows, classes, own);
    double divergence = 0;
    for (int i = 0; i < own.length; i++) {
      double probability = Math.exp(own[i]);
      if (probability > 0) {
        divergence += probability * (own[i] - base[i]);
      }
    }
    return new Comparison(
        rows,
        true,
        meanEntropy(own, rows, classes),
        meanEntropy(base, rows, classes),
        diversity(own, rows, classes),
        diversity(base, rows, classes),
        divergence / rows);
  }

  private static double meanEntropy(float[] logProbabilities, int rows, int classes) {
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += Softmax.entropy(logProbabilities, row * classes, classes);
    }
    return sum / rows;
  }

  private static double diversity(float[] logProbabilities, int rows, int classes) {
    double entropy = 0;
    for (int c = 0; c < classes; c++) {
      double mean = 0;
      for (int row = 0; row < rows; row++) {
        mean += Math.exp(logProbabilities[row * classes + c]);
      }
      mean /= rows;
      entropy -= mean > 0 ? mean * Math.log(mean) : 0;
    }
    return entropy;
  }
}
