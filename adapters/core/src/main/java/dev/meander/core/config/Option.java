package dev.meander.core.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key: its type, default, range and meaning. The README table is made from these.
 *
 * <p>Thread-safety: immutable.
 *
 * @param key dotted name, such as {@code batch.size}
 * @param defaultText what applies when the key is absent; null when it must be given
 * @param range the values that are accepted, for people
 * @param meaning one sentence, unit included
 * @param parser text to value; throws IllegalArgumentException with "expected ..., found ..."
 */
public record Option<T>(
    String key,
    @Nullable String defaultText,
    String range,
    String meaning,
    Function<String, T> parser) {

  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,9})?");

  /** A whole number. */
  public static Option<Integer> count(
      String key, int defaultValue, int min, int max, String meaning) {
    String range = min + " to " + max;
    return new Option<>(
        key,
        String.valueOf(defaultValue),
        range,
        meaning,
        text -> Math.toIntExact(whole(text, min, max, range)));
  }

  /** A whole number of 64 bits. */
  public static Option<Long> whole(
      String key, long defaultValue, long min, long max, String meaning) {
    String range =
        (min == Long.MIN_VALUE ? "-2^63" : String.valueOf(min))
            + " to "
            + (max == Long.MAX_VALUE ? "2^63-1" : String.valueOf(max));
    return new Option<>(
        key, String.valueOf(defaultValue), range, meaning, text -> whole(text, min, max, range));
  }

  /** A real number, ends included. */
  public static Option<Double> number(
      String key, double defaultValue, double min, double max, String meaning) {
    String range = plain(min) + " to " + plain(max);
    return new Option<>(
        key,
        plain(defaultValue),
        range,
        meaning,
        text -> {
          double value;
          if (!DECIMAL.matcher(text).matches()) { // Java reads 0x1p3, 1f and NaN, too
            throw new IllegalArgumentException(expected("a number of " + range, text));
          }
          try {
            value = Double.parseDouble(text);
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected("a number of " + range, text), e);
          }
          if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(expected("a number of " + range, text));
          }
          return value;
        });
  }

  /** true or false. */
  public static Option<Boolean> flag(String key, boolean defaultValue, String meaning) {
    return new Option<>(
        key,
        String.valueOf(defaultValue),
        "true, false",
        meaning,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException(expected("true or false", text));
            });
  }

  /** A duration: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d} or ISO-8601. */
  public static Option<Duration> duration(
      String key, String defaultText, Duration min, Duration max, String meaning) {
    String range = text(min) + " to " + text(max);
    return new Option<>(
        key,
        defaultText,
        range,
        meaning,
        text -> {
          Duration value = parseDuration(text);
          if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(expected("a duration of " + range, text));
          }
          return value;
        });
  }

  /** Free text, not empty; {@code defaultText} null means it must be given. */
  public static Option<String> text(String key, @Nullable String defaultText, String meaning) {
    return new Option<>(key, defaultText, "text", meaning, Function.identity());
  }

  /** A path; {@code defaultText} null means it must be given. */
  public static Option<Path> file(String key, @Nullable String defaultText, String meaning) {
    return new Option<>(key, defaultText, "path", meaning, Path::of);
  }

  /** One of a list of names; a mistyped one is answered with the nearest. */
  public static Option<String> choice(
      String key, String defaultText, List<String> names, String meaning) {
    String range = String.join(", ", names);
    return new Option<>(
        key,
        defaultText,
        range,
        meaning,
        text -> {
          if (!names.contains(text)) {
            throw new IllegalArgumentException(
                expected("one of " + range, text) + Nearest.suggestion(text, names));
          }
          return text;
        });
  }

  /** One of the lower-case names of an enum. */
  public static <E extends Enum<E>> Option<E> oneOf(
      String key, E defaultValue, Class<E> type, String meaning) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(Option::name).toList();
    return new Option<>(
        key,
        name(defaultValue),
        String.join(", ", names),
        meaning,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> name(constant).equals(text))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            expected("one of " + String.join(", ", names), text))));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static long whole(String text, long min, long max, String range) {
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(expected("a whole number of " + range, text), e);
    }
    if (value < min || value > max) {
      throw new IllegalArgumentException(expected("a whole number of " + range, text));
    }
    return value;
  }

  private static Duration parseDuration(String text) {
    String number = text.replaceAll("[a-z]+$", "");
    String unit = text.substring(number.length());
    try {
      return switch (unit) {
        case "ms" -> Duration.ofMillis(Long.parseLong(number));
        case "s" -> Duration.ofSeconds(Long.parseLong(number));
        case "m" -> Duration.ofMinutes(Long.parseLong(number));
        case "h" -> Duration.ofHours(Long.parseLong(number));
        case "d" -> Duration.ofDays(Long.parseLong(number));
        default -> Duration.parse(text);
      };
    } catch (NumberFormatException | ArithmeticException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          expected("a duration such as 500ms, 30s, 5m, 2h or 7d", text), e);
    }
  }

  /** The form that {@link #parseDuration} reads, in the largest unit that is exact. */
  private static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1_000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1_000;
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + "s";
    }
    if (seconds % 3_600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3_600 + "h";
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value).replace(".0E", "e").replace('E', 'e');
  }

  private static String expected(String what, String found) {
    return "expected " + what + ", found \"" + found + "\"";
  }
}
