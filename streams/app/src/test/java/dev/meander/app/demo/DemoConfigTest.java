package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoConfigTest {

  private static DemoConfig config(int events, double eventsPerSecond) {
    return new DemoConfig(null, null, "tent", events, eventsPerSecond, 1, false, Map.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 499, 1_000_001})
  void shouldRefuseALengthOutOfRange(int events) {
    assertThatThrownBy(() -> config(events, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--events: expected 500 to 1000000, found " + events);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0, 100_000.5, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseARateOutOfRange(double rate) {
    assertThatThrownBy(() -> config(500, rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--rate: expected more than 0 and at most 100000, found " + rate);
  }

  @Test
  void shouldTakeTheEndsOfItsRanges() {
    assertThat(config(500, Double.MIN_VALUE).events()).isEqualTo(500);
    assertThat(config(1_000_000, 100_000).eventsPerSecond()).isEqualTo(100_000);
  }
}
