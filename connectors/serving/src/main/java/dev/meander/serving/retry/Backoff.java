package dev.meander.serving.retry;

import java.time.Duration;

/** Pauses that double from a first one up to a bound. Thread-safety: none. */
public final class Backoff {

  private final Duration first;
  private final Duration max;
  private Duration next;

  /** Pauses from {@code first} up to {@code max}. */
  public Backoff(Duration first, Duration max) {
    this.first = first;
    this.max = max;
    this.next = first;
  }

  /** The next pause. */
  public Duration next() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(max) > 0 ? max : doubled;
    return pause.compareTo(max) > 0 ? max : pause;
  }

  /** Starts from the first pause again, after something answered. */
  public void reset() {
    next = first;
  }
}
