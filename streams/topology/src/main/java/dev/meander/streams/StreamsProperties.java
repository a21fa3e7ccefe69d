package dev.meander.streams;

import dev.meander.schemas.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.apache.kafka.streams.processor.FailOnInvalidTimestamp;

/** Settings of Kafka Streams, each one written down, so that no default of a release decides. */
final class StreamsProperties {

  /**
   * How long a killed instance holds its tasks; heartbeats do not wait for steps. With the streams
   * protocol the broker decides.
   */
  private static final int SESSION_TIMEOUT_MILLIS = 10_000;

  /**
   * How long an idle thread waits for records before it looks what is due, such as the commit that
   * versions of a burst share.
   */
  private static final long POLL_MILLIS = 20;

  /** What keys, headers and a batch add to a record that is just within its limit. */
  private static final int RESERVED_BYTES = 16 * 1024;

  private static final long CACHE_BYTES_PER_THREAD = 32L << 20;

  /** Settings the laws rest on, and the key that says so. */
  private static final Map<String, String> OURS =
      new TreeMap<>(
          Map.of(
              StreamsConfig.APPLICATION_ID_CONFIG, "application.id",
              StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "bootstrap.servers",
              StreamsConfig.STATE_DIR_CONFIG, "state.dir",
              StreamsConfig.NUM_STREAM_THREADS_CONFIG, "streams.threads",
              StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "commit.interval",
              StreamsConfig.GROUP_PROTOCOL_CONFIG, "group.protocol",
              StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, "topics.prefix"));

  private static final List<String> FIXED =
      List.of(
          StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
          StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
          StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
          StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
          StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG);

  private StreamsProperties() {}

  /** What is wrong with settings that are passed through. */
  static List<String> problems(Map<String, String> kafka) {
    List<String> problems = new ArrayList<>();
    OURS.forEach(
        (key, ours) -> {
          if (kafka.containsKey(key)) {
            problems.add("kafka." + key + ": expected it to be left to the key " + ours);
          }
        });
    for (String key : FIXED) {
      if (kafka.containsKey(key)) {
        problems.add("kafka." + key + ": expected it to be left out, the topology depends on it");
      }
    }
    TransactionTimeout.problem(kafka).ifPresent(problems::add);
    return problems;
  }

  static Properties of(AdaptationConfig config) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.streamThreads());
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
    properties.put(
        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
        CACHE_BYTES_PER_THREAD * config.streamThreads());
    properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, config.groupProtocol().setting());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.NO_OPTIMIZATION);
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
    properties.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
    properties.put(StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG, "INFO");
    properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    properties.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    properties.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        FailOnInvalidTimestamp.class.getName()); // each source has its own
    errors(properties, config);
    clients(properties, config);
    properties.putAll(config.kafka());
    return properties;
  }

  private static void errors(Properties properties, AdaptationConfig config) {
    properties.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, config.topics().dlq());
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailProcessingExceptionHandler.class);
    properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
        DefaultProductionExceptionHandler.class);
  }

  private static void clients(Properties properties, AdaptationConfig config) {
    TransactionTimeout.of(config.kafka(), 0).putInto(properties);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        RESERVED_BYTES
            + Math.max(
                Retention.DEAD_LETTER_BYTES_MAX,
                Math.max(config.sampleBytesMax(), config.publish().recordBytesMax())));
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    if (config.groupProtocol() == GroupProtocol.CLASSIC) {
      // without a prefix, because a prefixed value beats whatever kafka.* says without one
      properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
      properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MILLIS / 4);
    }
  }
}
