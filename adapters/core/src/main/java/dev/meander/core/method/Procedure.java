package dev.meander.core.method;

import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;

/**
 * What a method does with one batch, through the passes and the update that {@link MethodRun}
 * gives. Owns its parts and their state.
 *
 * <p>A procedure makes its first forward pass before it changes anything, so that a batch with
 * logits that are not finite leaves no trace; see {@link MethodRun#forward}.
 */
interface Procedure {

  /** Adapts to {@link MethodRun#x} and predicts it. */
  MethodStep step(MethodRun run);

  /** Predicts {@link MethodRun#x} as {@link #step} would and changes nothing. */
  default Tensor predict(MethodRun run) {
    return run.logits(run.x(), run.theta());
  }

  /** Work before the first batch: prototypes, Fisher information, warm-up. */
  default void prepare(MethodRun run) {}

  /** Adds every array it must not forget. */
  default void state(StateArrays arrays) {}

  /** Starts again as before the first batch, at the parameters {@code run.theta()}. */
  default void restart(MethodRun run) {}

  /** The parameters to publish; {@code theta} unless another copy predicts. */
  default float[] served(float[] theta) {
    return theta;
  }
}
