package dev.meander.serving.subscribe;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.ChunkAssembler;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.serving.retry.Backoff;
import dev.meander.serving.retry.Closing;
import dev.meander.serving.retry.RegistryPatience;
import dev.meander.serving.subscribe.SubscriberStatus.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code adapters} and {@code aliases} on one thread and swaps the live version of every
 * lineage of one model into a target. It reads every partition, committed records only, without a
 * consumer group; first to the end the log had when it began, then record by record.
 *
 * <p>No record stops it. Where a broker or the registry does not answer it says so in its status
 * and tries again; what served before still serves.
 *
 * <p>Thread-safety: safe. Lifetime: started once, closed once; closing joins the thread in bounded
 * time.
 */
public final class AdapterSubscriber implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AdapterSubscriber.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final SubscriberConfig config;
  private final SubscriberPorts ports;
  private final Closing closing = new Closing();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final SubscriptionState state;
  private final RecordIntake intake;
  private final Acknowledgements acks;
  private final Swapper swapper;
  private final RegistryPatience patience;
  private final SubscribedLog log;
  private final ChunkAssembler chunks;
  private final Backoff retries;
  private final RateLimitedLog failures;
  private final Thread thread;
  private volatile SubscriberStatus status = new SubscriberStatus(Phase.CATCHING_UP, "not started");
  private SubscriberStatus beforeWaiting = status;
  private long retryAtNanos;
  private volatile @Nullable Consumer<byte[], byte[]> consumer;

  /**
   * @param model the base model adapters are verified against
   */
  public AdapterSubscriber(SubscriberConfig config, ModelSpec model, SubscriberPorts ports) {
    this.config = config;
    this.ports = ports;
    this.state = new SubscriptionState(model.name(), config.limits());
    AdapterReader reader = new AdapterReader(model, config.weightMax());
    int payloadBytes = config.payloads().payloadBytes();
    this.chunks = new ChunkAssembler(payloadBytes, 0);
    AdapterRecords records =
        new AdapterRecords(
            config.topics().adapters(), ports.serdes(), reader, ports.objects(), payloadBytes);
    this.intake =
        new RecordIntake(
            config.topics(),
            ports.serdes(),
            records,
            chunks,
            state,
            ports.listener(),
            ports.nanos());
    this.patience = new RegistryPatience(closing, backoff(), this::waiting, this::answered);
    this.retries = backoff();
    this.failures = new RateLimitedLog(LOG, ports.nanos());
    this.acks =
        new Acknowledgements(
            config.topics().acks(),
            ports.acks(),
            ports.serdes(),
            ports.listener(),
            ports.clock(),
            ports.nanos(),
            backoff());
    this.swapper =
        new Swapper(
            config.node(),
            state,
            ports.target(),
            acks,
            ports.listener(),
            ports.clock(),
            ports.nanos(),
            new PastVersions(
                new LogReadBack(config.topics().adapters(), config.readBackWait(), ports.nanos()),
                state,
                records,
                patience,
                () -> consumer,
                payloadBytes));
    this.log = new SubscribedLog(config.topics());
    this.thread = new Thread(this::run, "meander-subscriber");
    thread.setDaemon(true);
  }

  private Backoff backoff() {
    return new Backoff(SubscriberConfig.BACKOFF_MIN, config.backoffMax());
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /**
   * Waits until the log was read to the end it had at the start; false when {@code wait} is over.
   */
  public boolean awaitCaughtUp(Duration wait) throws InterruptedException {
    return caughtUp.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  public SubscriberStatus status() {
    return status;
  }

  private void run() {
    Backoff backoff = backoff();
    try {
      while (!closing.requested()) {
        try (Consumer<byte[], byte[]> opened = ports.consumers().get()) {
          consumer = opened;
          if (!closing.requested()) {
            follow(opened, backoff);
          }
        } catch (WakeupException | Closing.Requested e) {
          LOG.debug("the subscriber stops", e);
        } catch (RuntimeException e) {
          waiting(String.valueOf(e.getMessage()));
          failures.warn("start", () -> "the subscriber starts again after a failure", e);
        } finally {
          consumer = null;
        }
        closing.pause(backoff.next());
      }
    } finally {
      status = new SubscriberStatus(Phase.CLOSED, "closed");
      closePorts();
    }
  }

  private void follow(Consumer<byte[], byte[]> opened, Backoff backoff) {
    while (!log.assign(opened)) {
      waiting(log.problem());
      closing.pause(backoff.next());
      if (closing.requested()) {
        return;
      }
    }
    catchUp(opened);
    backoff.reset();
    while (!closing.requested()) {
      for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
        swapper.perform(take(record));
      }
      retry();
      acks.flush();
      log.assignNewPartitions(opened);
    }
  }

  /** Tries again to read versions that are to serve, in pauses that grow. */
  private void retry() {
    if (!state.waits()) {
      retries.reset();
      retryAtNanos = ports.nanos().getAsLong();
    } else if (ports.nanos().getAsLong() - retryAtNanos >= 0) {
      swapper.perform(state.retry());
      retryAtNanos = ports.nanos().getAsLong() + retries.next().toNanos();
    }
  }

  /** Chunks are not held meanwhile: what serves in the end is read back. */
  private void catchUp(Consumer<byte[], byte[]> opened) {
    Map<TopicPartition, Long> ends = log.ends(opened);
    state.catchUp();
    chunks.clear();
    chunks.holdAtMost(0);
    long records = 0;
    while (!log.reached(opened, ends)) {
      status =
          new SubscriberStatus(
              Phase.CATCHING_UP, "read " + records + " records, " + log.missing(opened, ends));
      for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
        swapper.perform(take(record));
        records++;
      }
      if (closing.requested()) {
        throw new Closing.Requested();
      }
    }
    chunks.holdAtMost(config.payloads().assembledBytes());
    swapper.perform(state.settle());
    LOG.info("caught up after {} records, {} lineages", records, state.lineages());
    status = new SubscriberStatus(Phase.FOLLOWING, "caught up after " + records + " records");
    caughtUp.countDown();
  }

  private List<Move> take(ConsumerRecord<byte[], byte[]> record) {
    try {
      return patience.call(() -> intake.take(record));
    } catch (Closing.Requested e) {
      throw e;
    } catch (RuntimeException e) {
      failures.warn(
          "skipped",
          () ->
              "record on %s-%d offset %d is skipped after an unexpected failure"
                  .formatted(record.topic(), record.partition(), record.offset()),
          e);
      ports.listener().rejected(record.topic(), "UNEXPECTED");
      return List.of();
    }
  }

  private void waiting(String why) {
    if (status.phase() != Phase.WAITING) {
      beforeWaiting = status;
      failures.warn("waits", () -> "the subscriber waits: " + why);
    }
    status = new SubscriberStatus(Phase.WAITING, why);
  }

  private void answered() {
    LOG.info("the subscriber goes on");
    status = beforeWaiting;
  }

  private void closePorts() {
    try {
      acks.close(config.closeWait().dividedBy(2));
    } catch (RuntimeException e) {
      LOG.warn("the producer of acknowledgements did not close", e);
    }
    try {
      ports.serdes().close();
    } catch (RuntimeException e) {
      LOG.warn("the schema registry's client did not close", e);
    }
  }

  @Override
  public void close() {
    closing.request();
    Consumer<byte[], byte[]> open = consumer;
    if (open != null) {
      open.wakeup();
    }
    if (thread.getState() == Thread.State.NEW) {
      closePorts();
      return;
    }
    try {
      thread.join(config.closeWait().toMillis());
      if (thread.isAlive()) {
        LOG.warn("the subscriber did not stop within {}; interrupting it", config.closeWait());
        thread.interrupt();
        thread.join(config.closeWait().toMillis());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
