package dev.meander.app.command;

import dev.meander.replay.recorded.ReplayRange;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one end of a range: an offset of {@code samples}, or an event time. */
final class RangeBound {

  private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");

  private RangeBound() {}

  /**
   * The range between two ends, both part of it.
   *
   * @param from null for the beginning
   * @param to null for the end
   * @throws IllegalArgumentException naming the option that cannot be read
   */
  static ReplayRange range(@Nullable String from, @Nullable String to) {
    ReplayRange all = ReplayRange.ALL;
    boolean fromOffset = from != null && OFFSET.matcher(from).matches();
    boolean toOffset = to != null && OFFSET.matcher(to).matches();
    return new ReplayRange(
        from != null && fromOffset ? Long.parseLong(from) : all.fromOffset(),
        to != null && toOffset ? Long.parseLong(to) : all.toOffset(),
        from != null && !fromOffset ? millis("--from", from) : all.fromMillis(),
        to != null && !toOffset ? millis("--to", to) : all.toMillis());
  }

  private static long millis(String option, String text) {
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          option
              + ": expected an offset or a time such as 2026-01-31T12:00:00Z, found \""
              + text
              + "\"",
          e);
    }
  }
}
