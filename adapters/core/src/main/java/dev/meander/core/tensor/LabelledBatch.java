package dev.meander.core.tensor;

/**
 * Samples with their classes: what a method may be given of the source data.
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
}
