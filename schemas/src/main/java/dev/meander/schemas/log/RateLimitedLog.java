package dev.meander.schemas.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Warnings of one kind at most once a minute, each with the number of those that were kept back;
 * failures come by the thousand when a broker is away or a client sends nonsense.
 *
 * <p>Kinds are told apart so that a frequent failure does not hide another; of more than {@value
 * #KINDS_MAX} kinds the rest counts as one.
 *
 * <p>Thread-safety: safe.
 */
public final class RateLimitedLog {

  /** Between two warnings of one kind. */
  public static final Duration EVERY = Duration.ofMinutes(1);

  /** Kinds that are told apart; they may come from outside. */
  static final int KINDS_MAX = 32;

  private static final String OTHER = "";

  private final Logger log;
  private final LongSupplier nanos;
  private final Map<String, Said> kinds = new HashMap<>();

  /** When a kind was said last, and how often it was not since. */
  private static final class Said {
    private long lastNanos;
    private long keptBack;
  }

  /**
   * @param nanos monotonic clock in nanoseconds
   */
  public RateLimitedLog(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  /** Warns, or counts; true when it warned. */
  public boolean warn(String kind, Supplier<String> message) {
    long before = keptBack(kind);
    if (before >= 0) {
      log.warn("{}{}", message.get(), suffix(before));
    }
    return before >= 0;
  }

  /** Warns with where {@code cause} came from, or counts; true when it warned. */
  public boolean warn(String kind, Supplier<String> message, Throwable cause) {
    long before = keptBack(kind);
    if (before >= 0) {
      log.warn("{}{}", message.get(), suffix(before), cause);
    }
    return before >= 0;
  }

  private static String suffix(long before) {
    return before == 0 ? "" : " (" + before + " times more since)";
  }

  /** How often this kind was kept back, which is said now; negative when it is kept back again. */
  private synchronized long keptBack(String kind) {
    long now = nanos.getAsLong();
    String known = kinds.containsKey(kind) || kinds.size() < KINDS_MAX ? kind : OTHER;
    Said said = kinds.get(known);
    if (said == null) {
      said = new Said();
      kinds.put(known, said);
    } else if (now - said.lastNanos < EVERY.toNanos()) {
      said.keptBack++;
      return -1;
    }
    long before = said.keptBack;
    said.keptBack = 0;
    said.lastNanos = now;
    return before;
  }
}
