package dev.meander.serving.traffic;

import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.time.ClusterClock;
import dev.meander.serving.retry.Backoff;
import dev.meander.serving.retry.Closing;
import dev.meander.serving.retry.RegistryPatience;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events on a thread of its own, from a queue bounded in bytes. Whoever answers a request
 * only puts a reference into the queue; a slow broker or registry costs events, counted by reason,
 * never an answer.
 *
 * <p>Thread-safety: safe. Lifetime: started once, closed once; closing writes what was accepted, in
 * bounded time. Owns its producer and serdes.
 */
public final class TrafficWriter implements TrafficSink, AutoCloseable {

  static final String BUFFER_FULL = "BUFFER_FULL";
  static final String CLOSED = "CLOSED";

  private static final Logger LOG = LoggerFactory.getLogger(TrafficWriter.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration BACKOFF_MIN = Duration.ofMillis(100);

  private final TrafficConfig config;
  private final Producer<byte[], byte[]> producer;
  private final RecordSerdes serdes;
  private final TrafficListener listener;
  private final ClusterClock clock;
  private final LongSupplier nanos;
  private final EventRecords records;
  private final Closing closing = new Closing();
  private final Closing abandoning = new Closing();
  private final RegistryPatience patience;
  private final RateLimitedLog failures;
  private final LinkedBlockingQueue<Exchange> queue = new LinkedBlockingQueue<>();
  private final AtomicLong bufferedBytes = new AtomicLong();
  private final Thread thread;

  /**
   * @param producer idempotent; closed by the writer
   * @param serdes used on the writer's thread only; closed by the writer
   * @param clock wall clock, for the times of records
   * @param nanos monotonic clock in nanoseconds
   */
  public TrafficWriter(
      TrafficConfig config,
      Producer<byte[], byte[]> producer,
      RecordSerdes serdes,
      TrafficListener listener,
      Clock clock,
      LongSupplier nanos) {
    this.config = config;
    this.producer = producer;
    this.serdes = serdes;
    this.listener = listener;
    this.clock = ClusterClock.of(clock);
    this.nanos = nanos;
    this.records = new EventRecords(config);
    this.failures = new RateLimitedLog(LOG, nanos);
    this.patience =
        new RegistryPatience(
            abandoning,
            new Backoff(BACKOFF_MIN, config.backoffMax()),
            why -> failures.warn("registry", () -> "traffic waits for the schema registry: " + why),
            () -> LOG.info("traffic is written again"));
    this.thread = new Thread(this::run, "meander-traffic");
    thread.setDaemon(true);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  @Override
  public void offer(Exchange exchange) {
    if (config.share() <= 0) {
      return;
    }
    if (closing.requested()) {
      failed(exchange.rows(), CLOSED, null);
      return;
    }
    long bytes = exchange.bytes();
    if (bufferedBytes.addAndGet(bytes) > config.bufferBytes()) {
      bufferedBytes.addAndGet(-bytes);
      failed(exchange.rows(), BUFFER_FULL, null);
      return;
    }
    queue.add(exchange);
  }

  /** Bytes that wait to be written, about. */
  public long bufferedBytes() {
    return bufferedBytes.get();
  }

  private void run() {
    try {
      while (!closing.requested() || !queue.isEmpty()) {
        Exchange exchange = queue.poll(POLL.toNanos(), TimeUnit.NANOSECONDS);
        if (exchange != null) {
          write(exchange);
          bufferedBytes.addAndGet(-exchange.bytes());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closing.request();
      serdes.close();
    }
  }

  private void write(Exchange exchange) {
    for (int row = 0; row < exchange.rows(); row++) {
      if (!Sampling.chosen(exchange.eventId(row), config.share())) {
        listener.skipped();
        continue;
      }
      try {
        InferenceEvent event = records.event(exchange, row);
        byte[] value = patience.call(() -> serdes.serialize(config.topic(), event));
        send(event, value, true);
      } catch (Closing.Requested e) {
        failed(1, CLOSED, null);
      } catch (RuntimeException e) {
        failed(1, e.getClass().getSimpleName(), e);
      }
    }
  }

  /**
   * Sends an event, and once more when the broker did not take its time and said which it takes.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback gets every outcome
  private void send(InferenceEvent event, byte[] value, boolean again) {
    long millis = Math.min(event.getEventTime().toEpochMilli(), clock.millis());
    producer.send(
        records.record(event, value, again ? millis : clock.millis()),
        (metadata, failure) -> {
          if (again && failure != null && clock.learn(failure)) {
            send(event, value, false);
          } else {
            done(failure);
          }
        });
  }

  private void done(@Nullable Exception failure) {
    if (failure == null) {
      listener.sent();
    } else {
      failed(1, failure.getClass().getSimpleName(), failure);
    }
  }

  private void failed(int events, String reason, @Nullable Exception cause) {
    listener.failed(events, reason);
    failures.warn(
        reason,
        () ->
            "events were not written to "
                + config.topic()
                + ": "
                + reason
                + (cause == null ? "" : ": " + cause.getMessage()));
  }

  @Override
  public void close() {
    closing.request();
    long deadline = nanos.getAsLong() + config.closeWait().toNanos();
    try {
      if (thread.getState() == Thread.State.NEW) {
        serdes.close();
      } else {
        thread.join(config.closeWait().toMillis());
        abandoning.request();
        thread.join(config.closeWait().toMillis());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    for (Exchange left = queue.poll(); left != null; left = queue.poll()) {
      failed(left.rows(), CLOSED, null);
    }
    producer.close(Duration.ofNanos(Math.max(0, deadline - nanos.getAsLong())));
  }
}
