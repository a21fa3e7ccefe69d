package dev.meander.serving.subscribe;

import dev.meander.schemas.TopicNames;
import dev.meander.schemas.access.MissingRight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The partitions of {@code adapters} and {@code aliases}: all of them, from the beginning, those
 * that are added later too.
 *
 * <p>Thread-safety: none.
 */
final class SubscribedLog {

  private static final Duration ANSWER_WAIT = Duration.ofSeconds(5);

  private final List<String> topics;
  private String problem = "";

  SubscribedLog(TopicNames names) {
    this.topics = List.of(names.adapters(), names.aliases());
  }

  /** Assigns every partition from its beginning; false, with a {@link #problem}, when it cannot. */
  boolean assign(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      List<PartitionInfo> found;
      try {
        found = consumer.partitionsFor(topic, ANSWER_WAIT);
      } catch (UnknownTopicOrPartitionException e) {
        found = List.of();
      } catch (TopicAuthorizationException e) {
        problem = MissingRight.unseen(List.of(topic)) + " (READ); " + MissingRight.ADVICE;
        return false;
      } catch (TimeoutException e) {
        problem =
            "expected partitions of topic "
                + topic
                + ", found no broker that answers within "
                + ANSWER_WAIT.toSeconds()
                + " s";
        return false;
      }
      if (found == null || found.isEmpty()) {
        problem = "expected topic " + topic + " on the cluster, found none";
        return false;
      }
      found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return true;
  }

  /** Why the last assignment failed. */
  String problem() {
    return problem;
  }

  /** Assigns partitions that were added since; costs nothing when there are none. */
  void assignNewPartitions(Consumer<byte[], byte[]> consumer) {
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    List<TopicPartition> added = new ArrayList<>();
    for (String topic : topics) {
      List<PartitionInfo> found = consumer.partitionsFor(topic, ANSWER_WAIT);
      for (PartitionInfo info : found == null ? List.<PartitionInfo>of() : found) {
        TopicPartition partition = new TopicPartition(topic, info.partition());
        if (all.add(partition)) {
          added.add(partition);
        }
      }
    }
    if (!added.isEmpty()) {
      consumer.assign(all);
      consumer.seekToBeginning(added);
    }
  }

  /** The ends of the log as they are now. */
  Map<TopicPartition, Long> ends(Consumer<byte[], byte[]> consumer) {
    return consumer.endOffsets(consumer.assignment());
  }

  /** True when everything before {@code ends} was read. */
  boolean reached(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** For people: how far it is to {@code ends}. */
  String missing(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    long offsets =
        ends.entrySet().stream()
            .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
            .sum();
    return offsets + " offsets to go";
  }
}
