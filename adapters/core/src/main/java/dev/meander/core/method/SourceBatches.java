package dev.meander.core.method;

import dev.meander.core.tensor.LabelledBatch;
import java.util.List;

/**
 * Labelled samples of the data the base model was trained on, in batches, for methods that use
 * them. Batches are taken in this order and again from the first one after the last.
 *
 * @param batches in order; empty where there are none
 */
public record SourceBatches(List<LabelledBatch> batches) {

  /** No source samples. */
  public static final SourceBatches NONE = new SourceBatches(List.of());

  public SourceBatches {
    batches = List.copyOf(batches);
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }
}
