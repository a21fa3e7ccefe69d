package dev.meander.core.objective;

import dev.meander.core.math.Softmax;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;

/**
 * Logits with their probabilities, computed once for the losses of a step.
 *
 * @param logits {@code [b, classes]}
 * @param logProbabilities {@code [b * classes]}; not to be written
 * @param probabilities {@code [b * classes]}; not to be written
 */
public record Rows(Tensor logits, float[] logProbabilities, float[] probabilities) {

  /** Computes both from logits. */
  public static Rows of(Tensor logits) {
    int size = logits.data().length;
    float[] logProbabilities = new float[size];
    Softmax.logSoftmax(logits.data(), logits.rows(), logits.rowSize(), logProbabilities);
    float[] probabilities = new float[size];
    for (int i = 0; i < size; i++) {
      probabilities[i] = (float) Math.exp(logProbabilities[i]);
    }
    return new Rows(logits, logProbabilities, probabilities);
  }

  /** Samples. */
  public int rows() {
    return logits.rows();
  }

  /** Classes. */
  public int classes() {
    return logits.rowSize();
  }

  /** Entropy of a row in nats, 0 to ln(classes). */
  public double entropy(int row) {
    return Softmax.entropy(logProbabilities, row * classes(), classes());
  }

  /** Most probable class of a row; the first one on a tie. */
  public int best(int row) {
    return Softmax.argMax(logits.data(), row * classes(), classes());
  }

  /** Largest probability of a row. */
  public double confidence(int row) {
    return probabilities[row * classes() + best(row)];
  }

  /** A copy of the probabilities of a row. */
  public float[] row(int row) {
    int classes = classes();
    return Arrays.copyOfRange(probabilities, row * classes, (row + 1) * classes);
  }

  /** Mean probability of each class over all rows, summed in double. */
  public float[] mean() {
    int classes = classes();
    double[] sums = new double[classes];
    for (int i = 0; i < probabilities.length; i++) {
      sums[i % classes] += probabilities[i];
    }
    float[] mean = new float[classes];
    for (int c = 0; c < classes; c++) {
      mean[c] = (float) (sums[c] / rows());
    }
    return mean;
  }
}
