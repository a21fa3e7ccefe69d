package dev.meander.core.gate;

import dev.meander.core.tensor.Sample;

/**
 * Decides whether an event may teach. State is explicit: it is snapshotted into a store and
 * restored from it.
 *
 * <p>Thread-safety: none; belongs to one lineage of one traffic partition.
 */
public interface Gate {

  /** Judges {@code sample} and updates the gate's state. */
  GateDecision decide(Sample sample);

  /** The state as bytes; equal states give equal bytes. */
  byte[] snapshot();

  /**
   * Continues from {@code snapshot}.
   *
   * @throws IllegalArgumentException when it is not one of this gate's
   */
  void restore(byte[] snapshot);
}
