package dev.meander.serving.subscribe;

import dev.meander.schemas.AckKey;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.schemas.record.ServingAck;
import dev.meander.schemas.time.ClusterClock;
import dev.meander.serving.retry.Backoff;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes acknowledgements, keyed {@code node/lineage}. Those that wait for the schema registry are
 * kept in a bounded queue; what is lost is counted.
 *
 * <p>Thread-safety: none.
 */
final class Acknowledgements {

  static final int WAITING_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final RecordSerdes serdes;
  private final SubscriptionListener listener;
  private final ClusterClock clock;
  private final LongSupplier nanos;
  private final Backoff backoff;
  private final RateLimitedLog failures;
  private final Deque<ServingAck> waiting = new ArrayDeque<>();
  private long retryAtNanos;
  private boolean retrying;

  Acknowledgements(
      String topic,
      Producer<byte[], byte[]> producer,
      RecordSerdes serdes,
      SubscriptionListener listener,
      Clock clock,
      LongSupplier nanos,
      Backoff backoff) {
    this.topic = topic;
    this.producer = producer;
    this.serdes = serdes;
    this.listener = listener;
    this.clock = ClusterClock.of(clock);
    this.nanos = nanos;
    this.backoff = backoff;
    this.failures = new RateLimitedLog(LOG, nanos);
  }

  /** Writes {@code ack} now, or as soon as the registry answers. */
  void write(ServingAck ack) {
    if (waiting.size() >= WAITING_MAX) {
      lost(waiting.removeFirst(), "BUFFER_FULL", null);
    }
    waiting.addLast(ack);
    flush();
  }

  /** Writes what waits, unless the last attempt failed a moment ago. */
  void flush() {
    if (waiting.isEmpty() || (retrying && nanos.getAsLong() - retryAtNanos < 0)) {
      return;
    }
    while (!waiting.isEmpty()) {
      ServingAck ack = waiting.getFirst();
      try {
        send(ack, serdes.serialize(topic, ack), true);
      } catch (RegistryUnavailableException e) {
        Duration pause = backoff.next();
        retrying = true;
        retryAtNanos = nanos.getAsLong() + pause.toNanos();
        failures.warn(
            "registry", () -> "acknowledgements wait for the schema registry: " + e.getMessage());
        return;
      } catch (RuntimeException e) {
        lost(ack, e.getClass().getSimpleName(), e);
      }
      waiting.removeFirst();
      retrying = false;
      backoff.reset();
    }
  }

  /** Sends an ack, and once more when the broker did not take its time and said which it takes. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback gets every outcome
  private void send(ServingAck ack, byte[] value, boolean again) {
    AckKey key = new AckKey(ack.getNode(), ack.getLineage());
    byte[] keyBytes = key.toString().getBytes(StandardCharsets.UTF_8);
    producer.send(
        new ProducerRecord<>(topic, null, clock.millis(), keyBytes, value),
        (metadata, failure) -> {
          if (again && failure != null && clock.learn(failure)) {
            send(ack, value, false);
          } else if (failure != null) {
            lost(ack, failure.getClass().getSimpleName(), failure);
          }
        });
  }

  private void lost(ServingAck ack, String reason, @Nullable Exception e) {
    failures.warn(
        reason,
        () ->
            "acknowledgement "
                + ack.getOutcome()
                + " of version "
                + ack.getVersion()
                + " of "
                + ack.getLineage()
                + " was not written: "
                + reason
                + (e == null ? "" : ": " + e.getMessage()));
    listener.acknowledgementLost(reason);
  }

  /** Writes what waits, if the registry answers at once, and closes the producer. */
  void close(Duration wait) {
    retrying = false;
    flush();
    waiting.forEach(ack -> lost(ack, "CLOSED", null));
    producer.close(wait);
  }
}
