package dev.meander.app.replay;

import dev.meander.app.topics.UnreachableException;
import dev.meander.core.config.ConfigurationException;
import dev.meander.replay.recorded.SampleLog.Offsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads one partition at a time, committed records only and in no group.
 *
 * <p>Thread-safety: none. Lifetime: the owner closes it.
 */
public final class TopicReader implements AutoCloseable {

  private static final int ANSWER_MILLIS = 15_000;
  private static final Duration POLL = Duration.ofMillis(500);

  /** Polls that bring nothing before the cluster counts as gone. */
  private static final int SILENT_POLLS_MAX = 30;

  private final String bootstrap;
  private final Runnable stillWanted;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param bootstrap where the cluster is
   * @param settings of Kafka's clients, passed through
   * @param stillWanted called before each poll; whatever it throws ends the reading
   */
  public TopicReader(String bootstrap, Map<String, String> settings, Runnable stillWanted) {
    this.bootstrap = bootstrap;
    this.stillWanted = stillWanted;
    Map<String, Object> all = new HashMap<>();
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    all.putAll(settings);
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.consumer =
        new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Partitions of {@code topic}.
   *
   * @throws ConfigurationException when there is no such topic
   * @throws UnreachableException when the cluster does not answer
   */
  public int partitions(String topic) {
    try {
      List<PartitionInfo> found = consumer.partitionsFor(topic);
      if (found == null || found.isEmpty()) {
        throw new ConfigurationException(
            "the cluster " + bootstrap,
            List.of("expected the topic " + topic + ", found none; look at topics.prefix"));
      }
      return found.size();
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  /** First offset that is there, and the one after the last committed one. */
  public Offsets offsets(String topic, int partition) {
    TopicPartition asked = new TopicPartition(topic, partition);
    try {
      Long from = consumer.beginningOffsets(List.of(asked)).get(asked);
      Long to = consumer.endOffsets(List.of(asked)).get(asked);
      return from == null || to == null ? new Offsets(0, 0) : new Offsets(from, to);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  /**
   * Reads what is committed now.
   *
   * @param from first offset
   * @param taker given each record; false ends the reading
   * @throws UnreachableException when nothing comes for too long
   */
  public void read(
      String topic, int partition, long from, Predicate<ConsumerRecord<byte[], byte[]>> taker) {
    TopicPartition asked = new TopicPartition(topic, partition);
    long end = offsets(topic, partition).to();
    consumer.assign(List.of(asked));
    consumer.seek(asked, from);
    int silent = 0;
    long position = from;
    while (position < end) {
      stillWanted.run();
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (record.offset() >= end || !taker.test(record)) {
          return;
        }
      }
      long now = consumer.position(asked);
      silent = now == position ? silent + 1 : 0;
      if (silent > SILENT_POLLS_MAX) {
        throw new UnreachableException(
            "cannot read partition "
                + partition
                + " of "
                + topic
                + " at "
                + bootstrap
                + " beyond offset "
                + position
                + ", where records up to offset "
                + (end - 1)
                + " lie: a transaction that hangs keeps readers back, `meander doctor` names it",
            new TimeoutException("nothing came in " + SILENT_POLLS_MAX + " polls"));
      }
      position = now;
    }
  }

  private UnreachableException unreachable(TimeoutException cause) {
    return new UnreachableException(
        "cannot reach Kafka at " + bootstrap + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
