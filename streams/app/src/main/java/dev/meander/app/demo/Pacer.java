package dev.meander.app.demo;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Spaces events evenly, and holds them back while the learner lags: a stream that outruns its
 * learner shows the machine's speed and not what adaptation is worth. After a hold the spacing goes
 * on from there.
 *
 * <p>Thread-safety: safe.
 */
final class Pacer {

  private static final long LOOK_NANOS = 50_000_000;

  private final double nanosPerEvent;
  private final long lagMax;
  private final LongSupplier lag;
  private final LongSupplier nanoClock;
  private long nextNanos;

  /**
   * @param eventsPerSecond &gt; 0
   * @param lagMax lag up to which events are sent
   * @param lag records the learner has yet to read
   * @param nanoClock a monotonic clock
   */
  Pacer(double eventsPerSecond, long lagMax, LongSupplier lag, LongSupplier nanoClock) {
    this.nanosPerEvent = 1e9 / eventsPerSecond;
    this.lagMax = lagMax;
    this.lag = lag;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong();
  }

  /** Waits until the next event is due, or the thread is interrupted. */
  void await() throws InterruptedException {
    park(reserve());
    while (lag.getAsLong() > lagMax) {
      park(nanoClock.getAsLong() + LOOK_NANOS);
    }
  }

  /** Takes the next place in line: when it is due. */
  private synchronized long reserve() {
    long due = Math.max(nextNanos, nanoClock.getAsLong());
    nextNanos = due + (long) nanosPerEvent;
    return due;
  }

  private void park(long untilNanos) throws InterruptedException {
    for (long left = untilNanos - nanoClock.getAsLong();
        left > 0;
        left = untilNanos - nanoClock.getAsLong()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for the next event");
      }
    }
  }
}
