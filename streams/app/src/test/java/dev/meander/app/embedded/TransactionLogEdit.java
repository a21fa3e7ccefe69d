package dev.meander.app.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;
import org.jspecify.annotations.Nullable;

/**
 * Writes into a coordinator's log what a crash leaves there, so that a test need not crash anything
 * at the right moment. A coordinator reads its log when it starts; until then it goes by what it
 * remembers.
 */
public final class TransactionLogEdit {

  /** Brokers let this client write to internal topics. */
  private static final String ADMIN_CLIENT = "__admin_client";

  private final String bootstrap;

  public TransactionLogEdit(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /**
   * Opens a transaction and leaves it open, as a producer does that dies.
   *
   * @param id transactional id
   * @param partitions a record is written into each
   */
  public void leaveOpen(String id, List<TopicPartition> partitions) throws Exception {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrap,
                "transactional.id", id,
                "transaction.timeout.ms", 600_000),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    for (TopicPartition partition : partitions) {
      producer
          .send(
              new ProducerRecord<>(
                  partition.topic(),
                  partition.partition(),
                  "key".getBytes(StandardCharsets.UTF_8),
                  "open".getBytes(StandardCharsets.UTF_8)))
          .get(10, TimeUnit.SECONDS);
    }
    producer.close(Duration.ZERO);
  }

  /** The last thing the log says of {@code id}, written once more in another state. */
  public void say(String id, TransactionState state) throws Exception {
    ConsumerRecord<byte[], byte[]> last = last(id);
    ByteBuffer buffer = ByteBuffer.wrap(last.value());
    short version = buffer.getShort();
    TransactionLogValue value = new TransactionLogValue(new ByteBufferAccessor(buffer), version);
    value.setTransactionStatus(state.id());
    // whoever ends a transaction moves the producer's epoch on
    value.setProducerEpoch((short) (value.producerEpoch() + 1));
    if (state == TransactionState.COMPLETE_ABORT || state == TransactionState.COMPLETE_COMMIT) {
      value.setTransactionPartitions(List.of());
    }
    write(last, MessageUtil.toVersionPrefixedBytes(version, value));
  }

  /** The coordinator forgets {@code id}. */
  public void forget(String id) throws Exception {
    write(last(id), null);
  }

  private void write(ConsumerRecord<byte[], byte[]> last, byte @Nullable [] value)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "client.id", ADMIN_CLIENT, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(last.topic(), last.partition(), last.key(), value))
          .get(10, TimeUnit.SECONDS);
    }
  }

  private ConsumerRecord<byte[], byte[]> last(String id) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "exclude.internal.topics", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(Topic.TRANSACTION_STATE_TOPIC_NAME).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      ConsumerRecord<byte[], byte[]> last = null;
      while (all.stream()
          .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.value() != null
              && new String(record.key(), StandardCharsets.UTF_8).endsWith(id)) {
            last = record;
          }
        }
      }
      if (last == null) {
        throw new AssertionError("the coordinator's log has nothing of " + id);
      }
      return last;
    }
  }
}
