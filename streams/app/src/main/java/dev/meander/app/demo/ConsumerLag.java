package dev.meander.app.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records a consumer group has not committed yet: what an operator would look at to see
 * whether a learner keeps up. Transaction markers count as records.
 *
 * <p>Thread-safety: safe.
 */
final class ConsumerLag implements AutoCloseable {

  private static final long ANSWER_SECONDS = 10;

  private final Admin admin;
  private final String group;
  private final Set<String> topics;

  /**
   * @param group consumer group, the application's id
   * @param topics topics it reads
   */
  ConsumerLag(String bootstrap, String group, Set<String> topics) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    this.admin = Admin.create(properties);
    this.group = group;
    this.topics = Set.copyOf(topics);
  }

  /** Records between the group's commits and the ends of the topics. */
  long records() throws InterruptedException {
    try {
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      admin
          .describeTopics(List.copyOf(topics))
          .allTopicNames()
          .get(ANSWER_SECONDS, TimeUnit.SECONDS)
          .forEach(
              (topic, description) ->
                  description
                      .partitions()
                      .forEach(
                          partition ->
                              asked.put(
                                  new TopicPartition(topic, partition.partition()),
                                  OffsetSpec.latest())));
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get(ANSWER_SECONDS, TimeUnit.SECONDS);
      long lag = 0;
      for (var end :
          admin.listOffsets(asked).all().get(ANSWER_SECONDS, TimeUnit.SECONDS).entrySet()) {
        OffsetAndMetadata position = committed.get(end.getKey());
        lag += end.getValue().offset() - (position == null ? 0 : position.offset());
      }
      return lag;
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("cannot read the lag of " + group, e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
