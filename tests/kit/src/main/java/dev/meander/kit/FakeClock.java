package dev.meander.kit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands still until a test moves it. Clocks made by {@link #withZone} share its time.
 *
 * <p>Thread-safety: safe to move and read from any thread.
 */
public final class FakeClock extends Clock {

  private static final class Time {
    volatile Instant now;

    Time(Instant now) {
      this.now = now;
    }
  }

  private final Time time;
  private final ZoneId zone;

  private FakeClock(Time time, ZoneId zone) {
    this.time = time;
    this.zone = zone;
  }

  /** A clock at {@code start}, in UTC. */
  public static FakeClock at(Instant start) {
    return new FakeClock(new Time(start), ZoneOffset.UTC);
  }

  /** Moves the clock by {@code duration}; a negative one moves it back, as real clocks do. */
  public void advance(Duration duration) {
    synchronized (time) {
      time.now = time.now.plus(duration);
    }
  }

  /** Moves the clock to {@code instant}. */
  public void set(Instant instant) {
    synchronized (time) {
      time.now = instant;
    }
  }

  @Override
  public Instant instant() {
    return time.now;
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new FakeClock(time, other);
  }
}
