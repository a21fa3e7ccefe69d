package dev.meander.suite.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is committed on topics. */
final class CommittedLog implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int IDLE_POLLS_MAX = 100;

  private final KafkaConsumer<byte[], byte[]> consumer;

  CommittedLog(String bootstrap) {
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                // the next topic must not wait for a fetch of the one before
                "fetch.max.wait.ms",
                10),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Names of all topics. */
  Collection<String> topics() {
    return consumer.listTopics().keySet();
  }

  /** Everything that is committed on {@code topic} now, each partition in its order. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(found -> new TopicPartition(topic, found.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    int idle = 0;
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      int before = found.size();
      consumer.poll(POLL).forEach(found::add);
      idle = found.size() == before ? idle + 1 : 0;
      if (idle == IDLE_POLLS_MAX) {
        throw new AssertionError(
            "expected to read " + topic + " up to " + ends + ", found no more");
      }
    }
    return found;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
