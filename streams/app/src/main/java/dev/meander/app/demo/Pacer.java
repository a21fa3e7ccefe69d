package dev.meander.app.demo;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Spaces events evenly: event n is due n / rate seconds after the start. Late events are sent at
 * once, so a stall is caught up with and the mean rate holds.
 *
 * <p>Thread-safety: safe.
 */
final class Pacer {

  private final double nanosPerEvent;
  private final LongSupplier nanoClock;
  private final long startNanos;

  /**
   * @param eventsPerSecond &gt; 0
   * @param nanoClock a monotonic clock
   */
  Pacer(double eventsPerSecond, LongSupplier nanoClock) {
    if (!(eventsPerSecond > 0)) {
      throw new IllegalArgumentException("expected a rate > 0, found " + eventsPerSecond);
    }
    this.nanosPerEvent = 1e9 / eventsPerSecond;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  /** Nanoseconds until event {@code index} is due; 0 or less when it is late. */
  long nanosUntil(int index) {
    return startNanos + (long) (index * nanosPerEvent) - nanoClock.getAsLong();
  }

  /** Waits until event {@code index} is due, or the thread is interrupted. */
  void await(int index) throws InterruptedException {
    for (long nanos = nanosUntil(index); nanos > 0; nanos = nanosUntil(index)) {
      LockSupport.parkNanos(nanos);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for event " + index);
      }
    }
  }
}
