package dev.meander.serving;

import dev.meander.schemas.kafka.LineagePartitioner;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Opens Kafka clients with every setting that matters given here. What {@code kafka.*} says wins,
 * except where it would break a law of the node: committed records only, no group, no duplicates.
 *
 * <p>Thread-safety: immutable.
 */
final class KafkaClients {

  private static final int ANSWER_MILLIS = 15_000;
  private static final int REQUEST_MILLIS = 10_000;
  private static final int DELIVERY_MILLIS = 30_000;
  private static final int BLOCK_MILLIS = 5_000;

  private final ServingConfig config;

  KafkaClients(ServingConfig config) {
    this.config = config;
  }

  private Map<String, Object> common(String purpose) {
    Map<String, Object> all = new HashMap<>();
    all.put("client.id", config.node() + "-" + purpose);
    all.put("request.timeout.ms", REQUEST_MILLIS);
    return all;
  }

  /** A consumer for {@code adapters} and {@code aliases}. */
  Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  Map<String, Object> consumerSettings() {
    Map<String, Object> all = common("subscriber");
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    all.putAll(config.cluster().kafka());
    all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.cluster().bootstrapServers());
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return all;
  }

  /** A client that asks where partitions end. */
  Admin admin() {
    Map<String, Object> all = common("stalls");
    all.putAll(config.cluster().kafka());
    all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.cluster().bootstrapServers());
    return Admin.create(all);
  }

  /**
   * An idempotent producer.
   *
   * @param purpose last part of its client id
   * @param lingerMillis how long a batch waits for more
   */
  Producer<byte[], byte[]> producer(String purpose, int lingerMillis) {
    return new KafkaProducer<>(
        producerSettings(purpose, lingerMillis),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  Map<String, Object> producerSettings(String purpose, int lingerMillis) {
    Map<String, Object> all = common(purpose);
    all.put(ProducerConfig.LINGER_MS_CONFIG, lingerMillis);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
    all.putAll(config.cluster().kafka());
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.cluster().bootstrapServers());
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, LineagePartitioner.class.getName());
    return all;
  }
}
