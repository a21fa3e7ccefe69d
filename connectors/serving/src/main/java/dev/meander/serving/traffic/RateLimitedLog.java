package dev.meander.serving.traffic;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs at most one warning per period and says how many it kept back; failures come by the thousand
 * when a broker is away.
 *
 * <p>Thread-safety: safe.
 */
final class RateLimitedLog {

  private final Logger log;
  private final long everyNanos;
  private final LongSupplier nanos;
  private final AtomicLong nextNanos;
  private final AtomicLong keptBack = new AtomicLong();

  RateLimitedLog(Logger log, Duration every, LongSupplier nanos) {
    this.log = log;
    this.everyNanos = every.toNanos();
    this.nanos = nanos;
    this.nextNanos = new AtomicLong(nanos.getAsLong());
  }

  /** Logs {@code message} or counts it; true when it was logged. */
  boolean warn(String message, @Nullable Exception cause) {
    long now = nanos.getAsLong();
    long next = nextNanos.get();
    if (now - next < 0 || !nextNanos.compareAndSet(next, now + everyNanos)) {
      keptBack.incrementAndGet();
      return false;
    }
    log.warn("{} ({} more warnings since the last one)", message, keptBack.getAndSet(0), cause);
    return true;
  }
}
