package dev.meander.suite.crash;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** How far logs reach, for those who wait for a commit and for everybody else. */
final class LogWatch implements AutoCloseable {

  private static final long ANSWER_SECONDS = 20;

  private final Admin admin;

  LogWatch(String bootstrap) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  /** Records of open transactions on {@code topics}, what comes after them included. */
  long uncommitted(Collection<String> topics) {
    List<TopicPartition> partitions = partitions(topics);
    return sum(ends(partitions, IsolationLevel.READ_UNCOMMITTED))
        - sum(ends(partitions, IsolationLevel.READ_COMMITTED));
  }

  private static long sum(Map<TopicPartition, Long> ends) {
    return ends.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Where {@code group} goes on in each partition of {@code topic}. */
  Map<Integer, Long> consumed(String group, String topic) {
    Map<Integer, Long> next = new TreeMap<>();
    answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(topic) && offset != null) {
                next.put(partition.partition(), offset.offset());
              }
            });
    return next;
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the broker did not answer", e);
    }
  }

  private List<TopicPartition> partitions(Collection<String> topics) {
    Map<String, TopicDescription> described = answer(admin.describeTopics(topics).allTopicNames());
    return described.values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(found -> new TopicPartition(topic.name(), found.partition())))
        .toList();
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, IsolationLevel level) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream()
            .collect(Collectors.toMap(Function.identity(), each -> OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        answer(admin.listOffsets(latest, new ListOffsetsOptions(level)).all());
    return found.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  /** Names of all topics. */
  Collection<String> topics() {
    return answer(admin.listTopics().names());
  }

  @Override
  public void close() {
    admin.close();
  }
}
