package dev.meander.core.correct;

import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;

/**
 * Corrects a batch's predictions. Logits in, logits out: softmax of the result is the corrected
 * prediction.
 *
 * <p>Thread-safety: none.
 */
public interface OutputCorrector {

  /**
   * Corrects a batch and learns from it.
   *
   * @param logits {@code [b, classes]}; not written
   * @param features {@code [b, width]}; not written
   * @return corrected logits {@code [b, classes]}
   */
  Tensor correct(Tensor logits, Tensor features);

  /** As {@link #correct}, but nothing is remembered. */
  default Tensor preview(Tensor logits, Tensor features) {
    return correct(logits, features);
  }

  /** Adds every array it must not forget. */
  default void state(StateArrays arrays) {}

  /** Forgets every batch. */
  default void restart() {}
}
