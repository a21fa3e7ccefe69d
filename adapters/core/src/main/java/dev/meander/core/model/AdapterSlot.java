package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;

/**
 * Where a serving node keeps the active weights of one lineage. A swap prepares a standby copy and
 * flips one reference: a reader sees the old version or the new one, whole.
 *
 * <p>Weights outside the adapter's layout are the base model's, so that swapping back is bitwise
 * exact.
 *
 * <p>Thread-safety: any number of predicting threads, one swapping thread at a time (others wait).
 */
public interface AdapterSlot extends AutoCloseable {

  /**
   * One answer and the version that made it.
   *
   * @param logits {@code [b, classes]}
   * @param version the version all rows were answered with
   */
  record Answer(Tensor logits, AdapterVersion version) {}

  ModelSpec spec();

  /** The version that answers now; version 0 before the first swap. */
  AdapterVersion active();

  /**
   * Answers with the running statistics of the active version.
   *
   * @param x {@code [b, input...]}
   * @throws IllegalArgumentException when the shape is not the model's
   */
  Answer predict(Tensor x);

  /**
   * Makes {@code weights} active.
   *
   * @throws IllegalArgumentException when the layout is not part of the model's inventory
   */
  void swap(AdapterVersion version, AdapterWeights weights);

  @Override
  void close();
}
