package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class PacerTest {

  /** Goes on by so much at every look, so that a wait is a known number of looks. */
  private static final class SteppingClock implements LongSupplier {

    private final long stepMillis;
    private long millis;

    SteppingClock(long stepMillis) {
      this.stepMillis = stepMillis;
    }

    @Override
    public long getAsLong() {
      long now = millis;
      millis += stepMillis;
      return TimeUnit.MILLISECONDS.toNanos(now);
    }

    /** The moment of the last look. */
    long lookedAtMillis() {
      return millis - stepMillis;
    }
  }

  @Test
  void shouldSpaceEventsEvenly() throws InterruptedException {
    SteppingClock clock = new SteppingClock(5);
    Pacer pacer = new Pacer(50, 0, () -> 0, clock);
    pacer.await();
    for (int event = 1; event <= 3; event++) {
      pacer.await();
      assertThat(clock.lookedAtMillis()).isEqualTo(5 + 20 * event);
    }
  }

  @Test
  void shouldNotCatchUpAfterAPause() throws InterruptedException {
    SteppingClock clock = new SteppingClock(5);
    Pacer pacer = new Pacer(50, 0, () -> 0, clock);
    pacer.await();
    clock.millis = 1_000;
    pacer.await();
    pacer.await();
    assertThat(clock.lookedAtMillis()).isEqualTo(1_020);
  }

  @Test
  void shouldHoldWhileTheLagIsAboveTheLimit() throws InterruptedException {
    SteppingClock clock = new SteppingClock(25);
    Deque<Long> lags = new ArrayDeque<>(List.of(1_000L, 161L, 160L, 0L));
    new Pacer(1_000, 160, lags::pop, clock).await();
    assertThat(lags).containsExactly(0L);
    assertThat(clock.lookedAtMillis()).isEqualTo(200);
  }

  @Test
  void shouldStopWaitingWhenInterrupted() throws InterruptedException {
    Pacer pacer = new Pacer(0.001, 0, () -> 0, new SteppingClock(0));
    pacer.await();
    Thread.currentThread().interrupt();
    assertThatThrownBy(pacer::await)
        .isInstanceOf(InterruptedException.class)
        .hasMessage("interrupted while waiting for the next event");
    assertThat(Thread.interrupted()).isFalse();
  }
}
