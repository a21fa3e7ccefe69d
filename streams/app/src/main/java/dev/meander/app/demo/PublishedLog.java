package dev.meander.app.demo;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.AdapterReading;
import dev.meander.core.wire.ChunkAssembler;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.ServingAck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what the learner application and the nodes wrote: versions, acknowledgements, decisions,
 * dead letters. Reads committed records only, like any node.
 *
 * <p>Thread-safety: {@link #close} may be called from any thread; the counts are read after it
 * returned.
 */
final class PublishedLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PublishedLog.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final double UNBOUNDED = Float.MAX_VALUE;

  private static final int PAYLOAD_BYTES_MAX = 256 << 20;

  private final TopicNames names;
  private final RecordSerdes serdes;
  private final AdapterReader reader;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final LongSupplier nanoClock;
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final Thread thread = new Thread(this::follow, "meander-demo-log");

  private final ChunkAssembler chunks = new ChunkAssembler(PAYLOAD_BYTES_MAX, PAYLOAD_BYTES_MAX);
  private final Map<Long, AdapterWeights> versions = new HashMap<>();
  private final List<Double> publishToLiveMillis = new ArrayList<>();
  private final GateCounts gate = new GateCounts();
  private long bytesPublished;
  private long deadLetters;

  PublishedLog(
      String bootstrap,
      RecordSerdes serdes,
      TopicNames names,
      ModelSpec spec,
      LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.names = names;
    this.serdes = serdes;
    this.reader = new AdapterReader(spec, UNBOUNDED);
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Starts to follow every partition from its beginning. */
  void start() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(names.adapters(), names.acks(), names.decisions(), names.dlq())) {
      consumer
          .partitionsFor(topic)
          .forEach(found -> partitions.add(new TopicPartition(topic, found.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    while (running.get()) {
      consumer.poll(POLL).forEach(this::take);
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(this::take);
    }
    consumer.close();
  }

  private synchronized void take(ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    if (topic.equals(names.dlq())) {
      deadLetters++;
    } else if (topic.equals(names.adapters())) {
      if (record.value() == null) {
        return; // a version that is kept no longer
      }
      bytesPublished += record.serializedValueSize();
      take(
          serdes.decode(topic, AdapterRecord.class, record.value()),
          adapter -> adapter(record, adapter));
    } else if (topic.equals(names.acks())) {
      take(serdes.decode(topic, ServingAck.class, record.value()), this::ack);
    } else {
      take(serdes.decode(topic, Decision.class, record.value()), gate::take);
    }
    notifyAll();
  }

  private static <T> void take(Decoded<T> decoded, Consumer<T> taker) {
    if (decoded instanceof Decoded.Value<T> value) {
      taker.accept(value.value());
    } else if (decoded instanceof Decoded.Refusal<T> refusal) {
      LOG.warn("{}: {}", refusal.reason(), refusal.message());
    }
  }

  private void adapter(ConsumerRecord<byte[], byte[]> from, AdapterRecord record) {
    String text = from.key() == null ? "" : new String(from.key(), StandardCharsets.UTF_8);
    AdapterKey key = AdapterKey.parse(text).orElse(null);
    if (key == null) {
      LOG.warn(
          "{}-{} offset {}: no key of a version", from.topic(), from.partition(), from.offset());
    } else if (key.isChunk()) {
      chunks.accept(key, record, from.offset());
    } else if (record.getChunkCount() == 0) {
      verify(record);
    } else if (chunks.assemble(record) instanceof ChunkAssembler.Assembly.Whole whole) {
      verify(whole.record());
    } else {
      LOG.warn("version {}: its chunks are not all there", record.getVersion());
    }
  }

  private void verify(AdapterRecord record) {
    AdapterReading reading = reader.read(record, (lineage, version) -> versions.get(version));
    if (reading instanceof AdapterReading.Verified verified) {
      versions.put(record.getVersion(), verified.weights());
    } else if (reading instanceof AdapterReading.Refused refused) {
      LOG.warn("version {}: {}: {}", record.getVersion(), refused.reason(), refused.message());
    }
  }

  private void ack(ServingAck ack) {
    Instant publishedAt = ack.getPublishedAt();
    if (ack.getOutcome().equals("LIVE") && publishedAt != null) {
      publishToLiveMillis.add(ChronoUnit.MICROS.between(publishedAt, ack.getLiveAt()) / 1000.0);
    }
  }

  /** Reads to the end of what is committed now and stops. */
  @Override
  public void close() throws InterruptedException {
    running.set(false);
    thread.join(Duration.ofSeconds(20).toMillis());
  }

  /** Verified weights of every version on the topic. */
  Map<Long, AdapterWeights> versions() {
    return versions;
  }

  List<Double> publishToLiveMillis() {
    return publishToLiveMillis;
  }

  /** Events the gate let through. */
  synchronized long samplesSeen() {
    return gate.admitted();
  }

  /** Events the gate skipped. */
  synchronized long samplesSkipped() {
    return gate.skipped();
  }

  /** Events of which the log says what became of them. */
  synchronized long accounted() {
    return samplesSeen() + samplesSkipped() + deadLetters;
  }

  /**
   * Waits until so many events are accounted for.
   *
   * @return false when they are not within {@code timeout}
   */
  synchronized boolean awaitAccounted(long events, Duration timeout) throws InterruptedException {
    long deadlineNanos = nanoClock.getAsLong() + timeout.toNanos();
    while (accounted() < events) {
      long leftMillis = (deadlineNanos - nanoClock.getAsLong()) / 1_000_000;
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return true;
  }

  long bytesPublished() {
    return bytesPublished;
  }

  long deadLetters() {
    return deadLetters;
  }
}
