package dev.meander.core.tensor;

import dev.meander.core.math.Softmax;

/**
 * Samples with their classes: what a method may be given of the source data, and what training
 * steps on.
 *
 * @param x {@code [b, input...]}
 * @param labels class of each row {@code [b]}; not to be written
 */
public record LabelledBatch(Tensor x, int[] labels) {

  public LabelledBatch {
    if (labels.length != x.rows()) {
      throw new IllegalArgumentException(
          "expected one label per row, found " + labels.length + " for " + x.rows());
    }
  }

  /**
   * How many rows are largest at another class than their label.
   *
   * @param logits {@code [b, classes]}
   */
  public int wrong(Tensor logits) {
    int classes = logits.rowSize();
    int wrong = 0;
    for (int row = 0; row < labels.length; row++) {
      wrong += Softmax.argMax(logits.data(), row * classes, classes) == labels[row] ? 0 : 1;
    }
    return wrong;
  }
}
