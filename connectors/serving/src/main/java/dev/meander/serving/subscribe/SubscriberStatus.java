package dev.meander.serving.subscribe;

/**
 * How far a subscriber is.
 *
 * @param phase what it does
 * @param detail for people: progress, or what it waits for
 */
public record SubscriberStatus(Phase phase, String detail) {

  /** What a subscriber does. */
  public enum Phase {
    /** Reads to the end the log had when it began. */
    CATCHING_UP,
    /** Up to date: every record is applied as it comes. */
    FOLLOWING,
    /** Something outside does not answer; what served before still serves. */
    WAITING,
    /** Stopped. */
    CLOSED
  }

  /** True when what serves is what the log says. */
  public boolean ready() {
    return phase == Phase.FOLLOWING;
  }
}
