package dev.meander.core.objective;

import dev.meander.core.tensor.Tensor;

/**
 * What an objective sees of a forward pass.
 *
 * @param logits {@code [b, classes]}
 * @param features {@code [b, featureWidth]}
 * @param weights weight of each sample {@code [b]}, &gt;= 0
 */
public record Pass(Tensor logits, Tensor features, double[] weights) {

  public Pass {
    if (weights.length != logits.rows() || features.rows() != logits.rows()) {
      throw new IllegalArgumentException(
          "expected one weight and one feature row per row of logits, found "
              + weights.length
              + " and "
              + features.rows()
              + " for "
              + logits.rows());
    }
  }

  /** Samples in the batch. */
  public int rows() {
    return logits.rows();
  }

  /** Number of classes. */
  public int classes() {
    return logits.rowSize();
  }
}
