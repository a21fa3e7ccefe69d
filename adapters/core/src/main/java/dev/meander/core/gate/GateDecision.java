package dev.meander.core.gate;

/**
 * What the gate says of one event.
 *
 * @param outcome admitted, or why it was skipped
 * @param entropy entropy of the served answer in nats; NaN when the event carried none
 * @param reason one sentence with the numbers that decided
 */
public record GateDecision(GateOutcome outcome, double entropy, String reason) {

  /** True when the event becomes a sample. */
  public boolean admitted() {
    return outcome == GateOutcome.ADMITTED;
  }
}
