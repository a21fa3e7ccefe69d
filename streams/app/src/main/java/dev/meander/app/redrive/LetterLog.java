package dev.meander.app.redrive;

import dev.meander.app.topics.UnreachableException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The dead-letter topic, read from where a selection begins to where the topic ended when reading
 * began. Committed records only.
 *
 * <p>Thread-safety: one thread.
 */
final class LetterLog implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  /** Longest time without a record before the cluster counts as unreachable. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;

  /**
   * @param settings of the client, address and group included
   * @param topic full name of the dead-letter topic
   */
  LetterLog(Map<String, Object> settings, String topic) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("isolation.level", "read_committed");
    all.put("enable.auto.commit", false);
    all.put("auto.offset.reset", "earliest");
    all.put("allow.auto.create.topics", false);
    this.consumer =
        new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.topic = topic;
  }

  /** Partitions a selection looks at. */
  Set<TopicPartition> partitions(@Nullable Integer only) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new RedriveRefusedException("expected the topic " + topic + ", found none");
    }
    if (only != null && only >= found.size()) {
      throw new RedriveRefusedException(
          "expected a partition below " + found.size() + " of " + topic + ", found " + only);
    }
    return found.stream()
        .filter(info -> only == null || info.partition() == only)
        .map(info -> new TopicPartition(topic, info.partition()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Names the group in a transaction. */
  ConsumerGroupMetadata group() {
    return consumer.groupMetadata();
  }

  /** What the group has committed, by partition; nothing below the first offset that is left. */
  Map<Integer, SentOffsets> sent(Set<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
    Map<Integer, SentOffsets> sent = new TreeMap<>();
    consumer
        .beginningOffsets(partitions)
        .forEach(
            (partition, first) -> {
              SentOffsets offsets = sent(partition, committed.get(partition));
              offsets.add(0, first);
              sent.put(partition.partition(), offsets);
            });
    return sent;
  }

  private static SentOffsets sent(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
    try {
      return SentOffsets.of(committed);
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      throw new RedriveRefusedException(
          "expected ranges of offsets beside the committed offset of "
              + partition
              + ", found \""
              + (committed == null ? "" : committed.metadata())
              + "\": the group is used by something else",
          e);
    }
  }

  /**
   * Hands every letter to {@code taker}, until it says false or none is left.
   *
   * @throws UnreachableException when nothing is heard of the cluster for {@link #SILENCE_MAX}
   */
  void read(Set<TopicPartition> partitions, Selection.Bound from, Predicate<Letter> taker) {
    consumer.assign(partitions);
    seek(partitions, from);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Timer silence = Time.SYSTEM.timer(SILENCE_MAX);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        silence.reset(SILENCE_MAX.toMillis());
        long end = Objects.requireNonNull(ends.get(partition(record)));
        if (record.offset() < end && !taker.test(Letter.of(record))) {
          return;
        }
      }
      if (silence.isExpired()) {
        throw new UnreachableException(
            "expected the end of "
                + topic
                + " within "
                + SILENCE_MAX.toSeconds()
                + " s, found none",
            new TimeoutException());
      }
      silence.update();
    }
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private void seek(Set<TopicPartition> partitions, Selection.Bound from) {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Long offset = from.offset();
    Instant time = from.time();
    Map<TopicPartition, Long> starts = new HashMap<>(first);
    if (offset != null) {
      starts.replaceAll(
          (partition, start) ->
              Math.max(start, Math.min(offset, ends.getOrDefault(partition, start))));
    } else if (time != null) {
      Map<TopicPartition, Long> times =
          partitions.stream().collect(Collectors.toMap(p -> p, p -> time.toEpochMilli()));
      consumer
          .offsetsForTimes(times)
          .forEach(
              (partition, found) ->
                  starts.put(
                      partition,
                      found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
    }
    starts.forEach(consumer::seek);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
