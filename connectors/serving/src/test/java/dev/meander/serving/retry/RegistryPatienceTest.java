package dev.meander.serving.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.schemas.kafka.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegistryPatienceTest {

  private final Closing closing = new Closing();
  private final List<String> heard = new ArrayList<>();
  private final RegistryPatience patience =
      new RegistryPatience(
          closing,
          new Backoff(Duration.ofNanos(1), Duration.ofNanos(4)),
          heard::add,
          () -> heard.add("answered"));
  private int attempts;

  private String answerAt(int attempt) {
    attempts++;
    if (attempts < attempt) {
      throw new RegistryUnavailableException("attempt " + attempts, new IllegalStateException());
    }
    return "done";
  }

  @Test
  void shouldSayNothingWhenTheFirstAttemptSucceeds() {
    assertThat(patience.call(() -> answerAt(1))).isEqualTo("done");
    assertThat(heard).isEmpty();
  }

  @Test
  void shouldAskAgainUntilThereIsAnAnswer() {
    assertThat(patience.call(() -> answerAt(4))).isEqualTo("done");
    assertThat(heard).containsExactly("attempt 1", "attempt 2", "attempt 3", "answered");
  }

  @Test
  void shouldLeaveWhenClosingIsRequested() {
    closing.request();
    assertThatThrownBy(() -> patience.call(() -> answerAt(4)))
        .isInstanceOf(Closing.Requested.class);
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void shouldHandOtherFailuresOn() {
    assertThatThrownBy(
            () ->
                patience.call(
                    () -> {
                      throw new IllegalArgumentException("not the registry");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not the registry");
    assertThat(heard).isEmpty();
  }

  @Test
  void shouldDoublePausesUpToTheBoundAndStartAgainAfterAReset() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));
    assertThat(List.of(backoff.next(), backoff.next(), backoff.next(), backoff.next()))
        .extracting(Duration::toMillis)
        .containsExactly(100L, 200L, 350L, 350L);
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(Duration.ofMillis(100));
    assertThat(new Backoff(Duration.ofMillis(100), Duration.ofMillis(5)).next())
        .isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void shouldNotWaitWhenClosingWasRequested() {
    closing.request();
    closing.pause(Duration.ofDays(1));
    assertThat(closing.requested()).isTrue();
  }
}
