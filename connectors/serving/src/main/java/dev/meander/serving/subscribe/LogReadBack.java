package dev.meander.serving.subscribe;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads one record of the past again with the consumer that follows the log: it seeks back, reads,
 * and returns to where it was. Meanwhile the other partitions pause.
 *
 * <p>Thread-safety: none.
 */
final class LogReadBack {

  private static final Duration POLL = Duration.ofMillis(50);

  private final String topic;
  private final Duration wait;
  private final LongSupplier nanos;

  LogReadBack(String topic, Duration wait, LongSupplier nanos) {
    this.topic = topic;
    this.wait = wait;
    this.nanos = nanos;
  }

  /** The record at {@code at}; null when it is gone or did not come in time. */
  @Nullable ConsumerRecord<byte[], byte[]> read(Consumer<byte[], byte[]> consumer, LogPosition at) {
    TopicPartition partition = new TopicPartition(topic, at.partition());
    Set<TopicPartition> others = new HashSet<>(consumer.assignment());
    if (!others.remove(partition)) {
      return null;
    }
    long resumeAt = consumer.position(partition);
    consumer.pause(others);
    try {
      consumer.seek(partition, at.offset());
      long start = nanos.getAsLong();
      do {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
          if (record.offset() >= at.offset()) {
            return record.offset() == at.offset() ? record : null;
          }
        }
      } while (nanos.getAsLong() - start < wait.toNanos());
      return null;
    } finally {
      consumer.seek(partition, resumeAt);
      consumer.resume(others);
    }
  }
}
