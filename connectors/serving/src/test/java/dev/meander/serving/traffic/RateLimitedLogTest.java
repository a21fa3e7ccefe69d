package dev.meander.serving.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

final class RateLimitedLogTest {

  @Test
  void shouldLogOncePerPeriod() {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    RateLimitedLog log = new RateLimitedLog(NOPLogger.NOP_LOGGER, Duration.ofNanos(10), nanos::get);

    assertThat(log.warn("a", null)).isTrue();
    assertThat(log.warn("b", null)).isFalse();
    nanos.addAndGet(9);
    assertThat(log.warn("c", null)).isFalse();
    nanos.addAndGet(1);
    assertThat(log.warn("d", null)).as("also where the clock overflows").isTrue();
    assertThat(log.warn("e", null)).isFalse();
  }
}
