package dev.meander.serving.subscribe;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads records of the past again with the consumer that follows the log: it seeks back, reads, and
 * returns to where it was. Meanwhile the other partitions pause.
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

  /** How reading back ended. */
  enum Outcome {
    /** The last record was handed over. */
    FOUND,
    /** The log goes on without it. */
    GONE,
    /** Nothing came for as long as is waited. */
    LATE
  }

  /** How long it waits for the next records. */
  Duration patience() {
    return wait;
  }

  /** Hands over every record from the first at {@code at} to its last that is still there. */
  Outcome read(
      Consumer<byte[], byte[]> consumer,
      LogPosition at,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    TopicPartition partition = new TopicPartition(topic, at.partition());
    Set<TopicPartition> others = new HashSet<>(consumer.assignment());
    if (!others.remove(partition)) {
      return Outcome.LATE;
    }
    long resumeAt = consumer.position(partition);
    consumer.pause(others);
    try {
      consumer.seek(partition, at.firstOffset());
      return read(consumer, partition, at.offset(), taker);
    } finally {
      consumer.seek(partition, resumeAt);
      consumer.resume(others);
    }
  }

  private Outcome read(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      long lastOffset,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    long last = nanos.getAsLong();
    do {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
        if (record.offset() > lastOffset) {
          return Outcome.GONE;
        }
        taker.accept(record);
        if (record.offset() == lastOffset) {
          return Outcome.FOUND;
        }
        last = nanos.getAsLong();
      }
    } while (nanos.getAsLong() - last < wait.toNanos());
    return Outcome.LATE;
  }
}
