package dev.meander.app.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;

/**
 * The registry's storage: a compacted topic of one partition, read once at the start and appended
 * to by one writer.
 *
 * <p>Thread-safety: safe. Lifetime: the owner closes it.
 */
final class RegistryLog implements AutoCloseable {

  static final String TOPIC = "_schemas";

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration APPEND_LIMIT = Duration.ofSeconds(10);
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private final KafkaProducer<String, String> producer;

  /**
   * Opens the log and hands every record it holds to {@code state}.
   *
   * @throws IllegalStateException when the broker does not answer within 20 s
   */
  static RegistryLog open(String bootstrap, RegistryState state) {
    create(bootstrap);
    replay(bootstrap, state);
    return new RegistryLog(bootstrap);
  }

  private RegistryLog(String bootstrap) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.CLIENT_ID_CONFIG,
                "meander-registry-writer",
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                APPEND_LIMIT.toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                10_000,
                ProducerConfig.LINGER_MS_CONFIG,
                0),
            new StringSerializer(),
            new StringSerializer());
  }

  private static void create(String bootstrap) {
    NewTopic topic = new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "meander-registry-admin"))) {
      admin.createTopics(List.of(topic)).all().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("cannot create the topic " + TOPIC, e);
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "cannot create the topic " + TOPIC + " within " + LIMIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating the topic " + TOPIC, e);
    }
  }

  private static void replay(String bootstrap, RegistryState state) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.CLIENT_ID_CONFIG,
            "meander-registry-reader",
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            Math.toIntExact(LIMIT.toMillis()),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    Timer timer = Time.SYSTEM.timer(LIMIT);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
      while (consumer.position(PARTITION) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          state.apply(new RegistryState.Entry(record.key(), record.value()));
        }
        timer.update();
        if (timer.isExpired()) {
          throw new IllegalStateException(
              "expected to read %s up to offset %d within %d s, read up to %d"
                  .formatted(TOPIC, end, LIMIT.toSeconds(), consumer.position(PARTITION)));
        }
      }
    }
  }

  /**
   * Appends a record and waits until it is stored.
   *
   * @throws RegistryRefusal when it is not
   */
  void append(RegistryState.Entry entry) {
    try {
      producer
          .send(new ProducerRecord<>(TOPIC, 0, entry.key(), entry.value()))
          .get(APPEND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw RegistryRefusal.storage(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw RegistryRefusal.storage("no answer within " + APPEND_LIMIT.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RegistryRefusal.storage("interrupted");
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
