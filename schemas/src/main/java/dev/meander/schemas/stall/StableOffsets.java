package dev.meander.schemas.stall;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Asks a cluster where partitions end. It needs no other right than DESCRIBE on the topics, which
 * comes with reading or writing them.
 *
 * <p>Thread-safety: safe. Lifetime: the admin client belongs to the caller.
 */
public final class StableOffsets {

  private final Admin admin;
  private final Duration limit;

  /**
   * @param admin asks the cluster
   * @param limit longest wait for one answer
   */
  public StableOffsets(Admin admin, Duration limit) {
    this.admin = admin;
    this.limit = limit;
  }

  /**
   * Partitions of the topics that are wanted. Topics that are missing, or hidden from this user,
   * have none.
   *
   * @throws KafkaException when the cluster does not answer
   */
  public Set<TopicPartition> partitions(Predicate<String> wanted) throws InterruptedException {
    Set<String> topics = new HashSet<>();
    await(admin.listTopics(new ListTopicsOptions().listInternal(true)).names()).stream()
        .filter(wanted)
        .forEach(topics::add);
    Set<TopicPartition> partitions = new HashSet<>();
    for (KafkaFuture<TopicDescription> answer :
        admin.describeTopics(topics).topicNameValues().values()) {
      TopicDescription topic = known(answer);
      if (topic != null) {
        topic
            .partitions()
            .forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
      }
    }
    return partitions;
  }

  /**
   * Ends of {@code partitions}; those that have no leader now, or that this user may not see, are
   * left out.
   *
   * @throws KafkaException when the cluster does not answer
   */
  public Map<TopicPartition, PartitionEnds> ends(Collection<TopicPartition> partitions)
      throws InterruptedException {
    // the stable ones first, so that what is written meanwhile lies behind and not before them
    Map<TopicPartition, Long> stable = latest(partitions, IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> end = latest(stable.keySet(), IsolationLevel.READ_UNCOMMITTED);
    Map<TopicPartition, PartitionEnds> ends = new HashMap<>();
    end.forEach(
        (partition, offset) -> {
          long committed = stable.getOrDefault(partition, offset);
          ends.put(partition, new PartitionEnds(Math.min(committed, offset), offset));
        });
    return ends;
  }

  private Map<TopicPartition, Long> latest(
      Collection<TopicPartition> partitions, IsolationLevel level) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    ListOffsetsResult result = admin.listOffsets(asked, new ListOffsetsOptions(level));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      ListOffsetsResult.ListOffsetsResultInfo info = known(result.partitionResult(partition));
      if (info != null) {
        offsets.put(partition, info.offset());
      }
    }
    return offsets;
  }

  /** The answer; null when it is refused for this one topic or partition. */
  private <T> @Nullable T known(Future<T> answer) throws InterruptedException {
    try {
      return await(answer);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw e;
    } catch (KafkaException e) {
      return null;
    }
  }

  private <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    }
  }
}
