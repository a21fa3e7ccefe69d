package dev.meander.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** When each version of any lineage was published, in the order of the log. */
final class PublishTimes implements AutoCloseable {

  private static final String PUBLISHED_AT = "meander.published-at-micros";
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final LongSupplier nanoClock;
  private final List<Long> micros = new ArrayList<>();

  /**
   * @param topic the aliases: one record for each version
   */
  PublishTimes(String bootstrap, String topic, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * Waits for so many versions.
   *
   * @throws IllegalStateException when they are not there within {@code limit}
   */
  void await(int versions, Duration limit) {
    long deadlineNanos = nanoClock.getAsLong() + limit.toNanos();
    while (micros.size() < versions) {
      if (nanoClock.getAsLong() > deadlineNanos) {
        throw new IllegalStateException(
            "expected " + versions + " versions within " + limit + ", found " + micros.size());
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Header header = record.headers().lastHeader(PUBLISHED_AT);
        micros.add(Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
      }
    }
  }

  /** Seconds from the version that is {@code first} in the log, counted from 1, to {@code last}. */
  double seconds(int first, int last) {
    return (micros.get(last - 1) - micros.get(first - 1)) / 1e6;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
