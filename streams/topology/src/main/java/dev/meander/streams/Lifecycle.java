package dev.meander.streams;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the states an application goes through, and tells who waits for them.
 *
 * <p>Thread-safety: safe from any thread.
 */
final class Lifecycle implements KafkaStreams.StateListener {

  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private final String applicationId;
  private final CompletableFuture<State> running = new CompletableFuture<>();
  private final CompletableFuture<State> ended = new CompletableFuture<>();

  Lifecycle(String applicationId) {
    this.applicationId = applicationId;
  }

  @Override
  public void onChange(State now, State before) {
    LOG.info("application {} is {}, was {}", applicationId, now, before);
    if (now == State.RUNNING) {
      running.complete(now);
    }
    if (now == State.NOT_RUNNING || now == State.ERROR) {
      running.complete(now);
      ended.complete(now);
    }
  }

  /** Completes with RUNNING, or with the state it ended in before it ever ran. */
  CompletableFuture<State> running() {
    return running;
  }

  /** Completes with the state it ended in. */
  CompletableFuture<State> ended() {
    return ended;
  }
}
