package dev.meander.core.method;

import dev.meander.core.model.ModelSpec;
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

  /**
   * Checks that a model can use them.
   *
   * @throws IllegalArgumentException naming the batch that it cannot
   */
  void check(ModelSpec spec) {
    for (int i = 0; i < batches.size(); i++) {
      LabelledBatch batch = batches.get(i);
      if (batch.x().rows() == 0) {
        throw new IllegalArgumentException(
            "expected at least one sample in source batch " + i + ", found none");
      }
      for (int label : batch.labels()) {
        if (label < 0 || label >= spec.classes()) {
          throw new IllegalArgumentException(
              "expected source labels of 0 to "
                  + (spec.classes() - 1)
                  + ", found "
                  + label
                  + " in batch "
                  + i);
        }
      }
    }
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }
}
