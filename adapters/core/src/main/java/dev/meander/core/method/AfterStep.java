package dev.meander.core.method;

import dev.meander.core.optimise.StateArrays;

/** What happens to the student's parameters after the update. */
interface AfterStep {

  /**
   * @param theta the student's parameters, changed in place
   * @param source the base model's; not written
   */
  void apply(float[] theta, float[] source);

  /** Adds every array it must not forget. */
  default void state(StateArrays arrays) {}

  /** Starts again at the source. */
  default void restart(float[] source) {}
}
