package dev.meander.app.redrive;

import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.PartitionRule;
import dev.meander.schemas.Retention;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends letters to the topic they came from, a bounded number in one transaction together with the
 * offsets that say so. A second sender on the cluster fences the first.
 *
 * <p>Thread-safety: one thread.
 */
final class LetterSender implements AutoCloseable {

  private static final int TRANSACTION_LETTERS_MAX = 500;
  private static final int TRANSACTION_BYTES_MAX = 16 << 20;

  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Letter> letters = new ArrayList<>();
  private int bytes;

  /**
   * Waits for an open transaction of an earlier sender to end.
   *
   * @param settings of the client, address included
   * @param id transactional id
   */
  LetterSender(Map<String, Object> settings, String id) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("transactional.id", id);
    all.put("acks", "all");
    all.put("max.request.size", 2 * Retention.DEAD_LETTER_BYTES_MAX);
    this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close();
      throw e;
    }
  }

  void add(Letter letter) {
    letters.add(letter);
    bytes += letter.bytes();
  }

  /** Whether what was added makes a whole transaction. */
  boolean isFull() {
    return letters.size() >= TRANSACTION_LETTERS_MAX || bytes >= TRANSACTION_BYTES_MAX;
  }

  /**
   * Sends what was added.
   *
   * @param sent what has been dealt with once this succeeds
   * @param group where that is kept
   * @throws RedriveRefusedException when a topic does not take one of them; then none is sent
   */
  void flush(Map<TopicPartition, OffsetAndMetadata> sent, ConsumerGroupMetadata group) {
    if (letters.isEmpty()) {
      return;
    }
    producer.beginTransaction();
    try {
      List<Future<RecordMetadata>> answers = new ArrayList<>();
      letters.forEach(letter -> answers.add(producer.send(again(letter))));
      producer.flush();
      for (int i = 0; i < answers.size(); i++) {
        await(answers.get(i), letters.get(i));
      }
      producer.sendOffsetsToTransaction(sent, group);
      producer.commitTransaction();
    } catch (RedriveRefusedException e) {
      producer.abortTransaction();
      throw e;
    }
    letters.clear();
    bytes = 0;
  }

  private static void await(Future<RecordMetadata> answer, Letter letter) {
    try {
      answer.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new RedriveRefusedException(
          "expected "
              + origin(letter).topic()
              + " to take dead letter "
              + letter.record().partition()
              + "/"
              + letter.record().offset()
              + ", found: "
              + cause.getMessage(),
          cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while sending", e);
    }
  }

  private static DeadLetter origin(Letter letter) {
    return Objects.requireNonNull(letter.cause(), "a letter that is sent has an origin");
  }

  private ProducerRecord<byte[], byte[]> again(Letter letter) {
    long millis = letter.record().timestamp();
    return new ProducerRecord<>(
        origin(letter).topic(),
        partition(letter),
        millis < 0 ? null : millis,
        letter.record().key(),
        letter.record().value(),
        DeadLetter.redriven(letter.record().headers()));
  }

  /**
   * Where the record was, if it may lie there: the topic may have more partitions than it had, and
   * a lineage must be in its own. Null leaves it to the key.
   */
  private @Nullable Integer partition(Letter letter) {
    DeadLetter origin = origin(letter);
    int partitions = producer.partitionsFor(origin.topic()).size();
    Topic topic = Topic.ofName(origin.topic()).orElseThrow();
    String key = letter.key();
    if (topic.partitionRule() == PartitionRule.LINEAGE && key != null) {
      return LineagePartitions.partition(topic, key, partitions);
    }
    return origin.partition() < partitions ? origin.partition() : null;
  }

  @Override
  public void close() {
    producer.close();
  }
}
