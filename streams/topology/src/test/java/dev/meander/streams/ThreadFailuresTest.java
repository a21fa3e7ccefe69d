package dev.meander.streams;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.kafka.RegistryUnavailableException;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {

  private static final Throwable SILENT_REGISTRY =
      new StreamsException(
          new RegistryUnavailableException("cannot ask", new IOException("refused")));

  @Test
  void shouldLetAnotherThreadTakeOverWhenTheFailureMayPass() {
    ThreadFailures failures = new ThreadFailures(Duration.ofMillis(1));
    assertThat(failures.handle(SILENT_REGISTRY)).isEqualTo(REPLACE_THREAD);
    assertThat(failures.fatal()).isEmpty();
  }

  @Test
  void shouldStopWhenAnInvariantIsBroken() {
    ThreadFailures failures = new ThreadFailures(Duration.ofHours(1));
    Throwable broken = new StreamsException(new IllegalStateException("damaged state"));
    assertThat(failures.handle(broken)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(failures.fatal()).contains(broken);
  }

  @Test
  void shouldNotWaitForAnotherThreadWhenClosing() {
    ThreadFailures failures = new ThreadFailures(Duration.ofHours(1));
    failures.closing();
    assertThat(failures.handle(SILENT_REGISTRY)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(failures.fatal()).isEmpty();
  }
}
