package dev.meander.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {

  private static final Option<Duration> AGE =
      Option.duration("age", "5m", Duration.ofMillis(1), Duration.ofDays(365), "Age.");

  @Test
  void shouldReadACountInItsRangeOnly() {
    Option<Integer> option = Option.count("batch.size", 64, 1, 4096, "Samples.");
    assertThat(option.range()).isEqualTo("1 to 4096");
    assertThat(option.defaultText()).isEqualTo("64");
    assertThat(option.parser().apply("1")).isEqualTo(1);
    assertThat(option.parser().apply("4096")).isEqualTo(4096);
    for (String bad : List.of("0", "4097", "-1", "1.5", "ten", "99999999999999999999")) {
      refuses(option, bad, "expected a whole number of 1 to 4096, found \"" + bad + "\"");
    }
  }

  @Test
  void shouldReadAWholeNumberOfSixtyFourBits() {
    Option<Long> option = Option.whole("seed", 1, 0, Long.MAX_VALUE, "Seed.");
    assertThat(option.range()).isEqualTo("0 to 2^63-1");
    assertThat(option.parser().apply("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    refuses(option, "-1", "expected a whole number of 0 to 2^63-1, found \"-1\"");
    assertThat(Option.whole("seed", 1, Long.MIN_VALUE, 9, "Seed.").range()).isEqualTo("-2^63 to 9");
  }

  @Test
  void shouldReadANumberInItsRangeOnly() {
    Option<Double> option = Option.number("keep", .5, 0, 1, "Share.");
    assertThat(option.range()).isEqualTo("0 to 1");
    assertThat(option.defaultText()).isEqualTo("0.5");
    assertThat(option.parser().apply("1")).isEqualTo(1);
    assertThat(option.parser().apply("2.5e-1")).isEqualTo(.25);
    assertThat(Option.number("rate", 1.5e-7, 1e-9, 10, "Rate."))
        .extracting(Option::defaultText, Option::range)
        .containsExactly("1.5e-7", "1e-9 to 10");
    for (String bad : List.of("1.01", "-0.1", "NaN", "Infinity", "half")) {
      refuses(option, bad, "expected a number of 0 to 1, found \"" + bad + "\"");
    }
  }

  @Test
  void shouldReadAFlag() {
    Option<Boolean> option = Option.flag("nesterov", true, "Whether.");
    assertThat(option.defaultText()).isEqualTo("true");
    assertThat(option.parser().apply("true")).isTrue();
    assertThat(option.parser().apply("false")).isFalse();
    refuses(option, "yes", "expected true or false, found \"yes\"");
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,500",
    "30s,30000",
    "5m,300000",
    "2h,7200000",
    "7d,604800000",
    "PT1.5S,1500",
    "1ms,1"
  })
  void shouldReadADurationInEveryUnit(String text, long millis) {
    assertThat(AGE.parser().apply(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "m", "5 m", "1.5s", "pt5m", "999999999999999999d", "soon"})
  void shouldRefuseADurationThatCannotBeRead(String text) {
    refuses(
        AGE, text, "expected a duration such as 500ms, 30s, 5m, 2h or 7d, found \"" + text + "\"");
  }

  @Test
  void shouldRefuseADurationOutOfRangeInUnitsThatCanBeTyped() {
    assertThat(AGE.range()).isEqualTo("1ms to 365d");
    refuses(AGE, "0s", "expected a duration of 1ms to 365d, found \"0s\"");
    refuses(AGE, "366d", "expected a duration of 1ms to 365d, found \"366d\"");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1ms",
    "1500,1500ms",
    "30000,30s",
    "300000,5m",
    "7200000,2h",
    "5400000,90m",
    "0,0s"
  })
  void shouldWriteARangeThatCanBeReadBack(long millis, String text) {
    Duration duration = Duration.ofMillis(millis);
    Option<Duration> option = Option.duration("age", text, duration, duration, "Age.");
    assertThat(option.range()).isEqualTo(text + " to " + text);
    assertThat(option.parser().apply(text)).isEqualTo(duration);
  }

  @Test
  void shouldReadTextAndPathsAsTheyAre() {
    assertThat(Option.text("name", null, "Name.").parser().apply("a b")).isEqualTo("a b");
    assertThat(Option.file("file", null, "File.").parser().apply("a/b.pt"))
        .isEqualTo(Path.of("a", "b.pt"));
    assertThat(Option.file("file", null, "File.").range()).isEqualTo("path");
    assertThat(Option.text("name", null, "Name.").range()).isEqualTo("text");
  }

  @Test
  void shouldReadOneOfAnEnum() {
    Option<TimeUnit> option = Option.oneOf("unit", TimeUnit.SECONDS, TimeUnit.class, "Unit.");
    String names = "nanoseconds, microseconds, milliseconds, seconds, minutes, hours, days";
    assertThat(option.range()).isEqualTo(names);
    assertThat(option.defaultText()).isEqualTo("seconds");
    assertThat(option.parser().apply("days")).isEqualTo(TimeUnit.DAYS);
    refuses(option, "DAYS", "expected one of " + names + ", found \"DAYS\"");
  }

  @Test
  void shouldReadOneOfAListAndSuggestTheNearest() {
    Option<String> option = Option.choice("name", "tent", List.of("bn-1", "tent"), "Method.");
    assertThat(option.range()).isEqualTo("bn-1, tent");
    assertThat(option.parser().apply("bn-1")).isEqualTo("bn-1");
    refuses(option, "tnet", "expected one of bn-1, tent, found \"tnet\", did you mean tent?");
    refuses(option, "something", "expected one of bn-1, tent, found \"something\"");
  }

  private static void refuses(Option<?> option, String text, String message) {
    assertThatThrownBy(() -> option.parser().apply(text))
        .as(text)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
