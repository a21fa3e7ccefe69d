package dev.meander.serving.slot;

import dev.meander.core.model.AdapterSlot;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;

/**
 * Answers for a lineage.
 *
 * <p>Thread-safety: implementations are thread-safe.
 */
public interface Predictor {

  /**
   * Answers with the live version of {@code lineage}; all rows with the same one.
   *
   * @param x {@code [b, input...]}
   * @throws IllegalArgumentException when the shape is not the model's
   */
  AdapterSlot.Answer predict(LineageId lineage, Tensor x);
}
