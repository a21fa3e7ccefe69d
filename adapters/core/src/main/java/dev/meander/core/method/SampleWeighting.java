package dev.meander.core.method;

import dev.meander.core.objective.Pass;
import dev.meander.core.optimise.StateArrays;

/** Which samples of a batch shape the update, and how much. May remember earlier batches. */
interface SampleWeighting {

  /**
   * Multiplies weights; 0 leaves a sample out.
   *
   * @param pass the batch's logits
   * @param weights weight of each sample so far {@code [b]}, changed in place
   */
  void weigh(Pass pass, double[] weights);

  /** Adds every array it must not forget. */
  default void state(StateArrays arrays) {}

  /** Forgets earlier batches. */
  default void restart() {}
}
