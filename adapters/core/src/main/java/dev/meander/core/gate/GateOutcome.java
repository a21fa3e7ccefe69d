package dev.meander.core.gate;

/** Outcomes of the gate. The names are written to the wire and never change. */
public enum GateOutcome {
  /** The event becomes a sample. */
  ADMITTED,
  /** Entropy at or above the upper threshold: the answer is a guess. */
  UNRELIABLE,
  /** Entropy at or below the lower threshold: nothing to learn. */
  CERTAIN,
  /** Too like what was admitted before. */
  REDUNDANT
}
