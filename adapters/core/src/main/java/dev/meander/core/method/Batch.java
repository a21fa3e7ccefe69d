package dev.meander.core.method;

import dev.meander.core.tensor.Tensor;
import java.util.Arrays;

/**
 * The samples of one step.
 *
 * @param x {@code [b, input...]}
 * @param weights weight of each sample {@code [b]}, &gt;= 0; not to be written
 * @param number steps made before this one; what is random depends on it
 */
public record Batch(Tensor x, double[] weights, long number) {

  public Batch {
    if (weights.length != x.rows()) {
      throw new IllegalArgumentException(
          "expected one weight per row, found " + weights.length + " for " + x.rows());
    }
  }

  /** Samples of weight 1. */
  public static Batch of(Tensor x, long number) {
    double[] weights = new double[x.rows()];
    Arrays.fill(weights, 1);
    return new Batch(x, weights, number);
  }
}
