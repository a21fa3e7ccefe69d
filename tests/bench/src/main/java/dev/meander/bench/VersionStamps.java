package dev.meander.bench;

import dev.meander.schemas.AdapterKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads when versions were published from the headers of their records. */
final class VersionStamps implements AutoCloseable {

  private static final String PUBLISHED_AT = "meander.published-at-micros";
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final LongSupplier nanoClock;
  private final Map<Long, Long> micros = new HashMap<>();

  VersionStamps(String bootstrap, String topic, LongSupplier nanoClock) {
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
   * Microseconds between two versions.
   *
   * @throws IllegalStateException when they are not there within {@code limit}
   */
  long between(long first, long last, Duration limit) {
    long deadlineNanos = nanoClock.getAsLong() + limit.toNanos();
    while (!micros.containsKey(last)) {
      if (nanoClock.getAsLong() > deadlineNanos) {
        throw new IllegalStateException(
            "expected version " + last + " within " + limit + ", found " + micros.size());
      }
      consumer.poll(POLL).forEach(this::take);
    }
    return stamp(last) - stamp(first);
  }

  private long stamp(long version) {
    Long stamp = micros.get(version);
    if (stamp == null) {
      throw new IllegalStateException("expected a stamp of version " + version + ", found none");
    }
    return stamp;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(PUBLISHED_AT);
    if (header == null) {
      return; // of a version that is removed, or a chunk
    }
    AdapterKey.parse(new String(record.key(), StandardCharsets.UTF_8))
        .ifPresent(
            key ->
                micros.put(
                    key.version(),
                    Long.parseLong(new String(header.value(), StandardCharsets.UTF_8))));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
