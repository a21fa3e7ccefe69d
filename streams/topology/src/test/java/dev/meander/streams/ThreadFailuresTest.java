package dev.meander.streams;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ThreadFailuresTest {

  private static final Throwable SILENT_REGISTRY =
      new StreamsException(
          new RegistryUnavailableException("cannot ask", new IOException("refused")));
  private static final Throwable SILENT_BROKER = new StreamsException(new TimeoutException("late"));

  private final AtomicLong nanos = new AtomicLong();
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(ThreadFailures.class);

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    said.start();
    log.addAppender(said);
  }

  @AfterEach
  void stopListening() {
    log.detachAppender(said);
    log.setAdditive(true);
    log.setLevel(null);
  }

  private List<String> said() {
    return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private ThreadFailures failures(Duration pause) {
    return new ThreadFailures(pause, Optional::empty, refused -> true, nanos::get);
  }

  @Test
  void shouldLetAnotherThreadTakeOverWhenTheFailureMayPass() {
    ThreadFailures failures = failures(Duration.ofMillis(1));
    assertThat(failures.handle(SILENT_REGISTRY)).isEqualTo(REPLACE_THREAD);
    assertThat(failures.handle(SILENT_BROKER)).isEqualTo(REPLACE_THREAD);
    assertThat(failures.fatal()).isEmpty();
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a registry that turns bad while the application runs",
      then = "it is waited for with one warning a minute; no thread is tried meanwhile")
  void shouldWaitUntilTheRegistryIsBack() {
    AtomicInteger asked = new AtomicInteger();
    ThreadFailures failures =
        new ThreadFailures(
            Duration.ofNanos(1),
            () -> {
              nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
              return asked.incrementAndGet() < 5 ? Optional.of("found a page") : Optional.empty();
            },
            refused -> true,
            nanos::get);

    assertThat(failures.handle(SILENT_REGISTRY)).isEqualTo(REPLACE_THREAD);

    assertThat(asked).hasValue(5);
    String waits = "the application waits for the schema registry, no record is lost: ";
    assertThat(said())
        .containsExactly(
            waits + "cannot ask",
            waits + "found a page (1 times more since)",
            waits + "found a page (1 times more since)",
            "the schema registry answers, the application goes on");
    assertThat(said.list).allMatch(event -> event.getThrowableProxy() == null);
  }

  @Test
  void shouldGoOnWhenABrokerTookNotTheTimeOfARecord() {
    StreamsException refused =
        new StreamsException("not sent", new InvalidTimestampException("not within [1, 2]"));
    assertThat(failures(Duration.ofNanos(1)).handle(refused)).isEqualTo(REPLACE_THREAD);
    assertThat(
            new ThreadFailures(Duration.ZERO, Optional::empty, learnt -> false, nanos::get)
                .handle(refused))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void shouldSayOnceAMinuteHowOftenThreadsFailed() {
    ThreadFailures failures = failures(Duration.ofNanos(1));
    for (int i = 0; i < 100; i++) {
      assertThat(failures.handle(SILENT_BROKER)).isEqualTo(REPLACE_THREAD);
    }
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
    failures.handle(SILENT_BROKER);
    assertThat(said())
        .containsExactly(
            "a stream thread failed, another takes over: late",
            "a stream thread failed, another takes over: late (99 times more since)");
  }

  @Test
  void shouldStopWhenAnInvariantIsBroken() {
    ThreadFailures failures = failures(Duration.ofHours(1));
    Throwable broken = new StreamsException(new IllegalStateException("damaged state"));
    assertThat(failures.handle(broken)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(failures.fatal()).contains(broken);
  }

  @Test
  void shouldNotWaitForAnotherThreadWhenClosing() {
    ThreadFailures failures = failures(Duration.ofHours(1));
    failures.closing();
    assertThat(failures.handle(SILENT_REGISTRY)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(failures.fatal()).isEmpty();
  }

  @Test
  void shouldSayThatItWaits() throws Exception {
    ThreadFailures failures = failures(Duration.ofHours(1));
    CompletableFuture<?> handled =
        CompletableFuture.supplyAsync(() -> failures.handle(SILENT_REGISTRY));
    while (!failures.waitsForRegistry()) {
      Thread.onSpinWait();
    }
    failures.closing();
    assertThat(handled.get(10, TimeUnit.SECONDS)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(failures.waitsForRegistry()).isFalse();
  }
}
