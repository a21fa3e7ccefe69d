package dev.meander.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

final class RateLimitedLogTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Lines lines = new Lines();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 100 * SECOND);
  private final RateLimitedLog log = new RateLimitedLog(lines, nanos::get);

  @Test
  void shouldSayTenThousandFailuresOnceAMinuteWithTheirNumber() {
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      log.warn("a", () -> "failure " + number);
      nanos.addAndGet(SECOND / 50);
    }

    assertThat(lines.said)
        .as("200 s, also where the clock overflows")
        .containsExactly(
            "failure 0",
            "failure 3000 (2999 times more since)",
            "failure 6000 (2999 times more since)",
            "failure 9000 (2999 times more since)");
  }

  @Test
  void shouldSayAnotherKindAtOnce() {
    assertThat(log.warn("a", () -> "one")).isTrue();
    assertThat(log.warn("a", () -> "two")).isFalse();
    assertThat(log.warn("b", () -> "three", new IllegalStateException("x"))).isTrue();
    assertThat(log.warn("b", () -> "four", new IllegalStateException("x"))).isFalse();

    assertThat(lines.said).containsExactly("one", "three");
  }

  @Test
  void shouldCountTheRestAsOneKindWhenKindsComeFromOutside() {
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      log.warn("kind " + i, () -> "failure " + number);
    }

    assertThat(lines.said).hasSize(RateLimitedLog.KINDS_MAX + 1);
  }

  /** A logger that keeps its lines. */
  private static final class Lines extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized
    private final List<String> said = new ArrayList<>();

    @Override
    protected String getFullyQualifiedCallerName() {
      return "";
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, org.slf4j.Marker marker, String text, Object[] arguments, Throwable cause) {
      said.add(MessageFormatter.basicArrayFormat(text, arguments));
    }

    @Override
    public boolean isTraceEnabled() {
      return true;
    }

    @Override
    public boolean isDebugEnabled() {
      return true;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }
}
