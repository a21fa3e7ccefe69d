package dev.meander.app.command;

import dev.meander.core.config.Option;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Reads from when on a listing begins: a time, or how long ago. */
final class Since {

  private static final Option<Duration> AGO =
      Option.duration("--since", "1h", Duration.ofMillis(1), Duration.ofDays(36_500), "");

  private Since() {}

  /**
   * The time that {@code text} says.
   *
   * @throws IllegalArgumentException when it is neither a time nor a duration
   */
  static Instant read(String text, Clock clock) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException notATime) {
      try {
        return clock.instant().minus(AGO.parser().apply(text));
      } catch (IllegalArgumentException notADuration) {
        throw new IllegalArgumentException(
            "--since: expected a time such as 2026-01-31T12:00:00Z or a duration such as 30m, 2h or"
                + " 7d, found \""
                + text
                + "\"",
            notADuration);
      }
    }
  }
}
