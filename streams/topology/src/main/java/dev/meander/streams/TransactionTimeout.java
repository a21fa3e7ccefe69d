package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a transaction may stay open. One that takes in a step must outlast it and the writing of
 * what it changed, which for an adapter of 256 MB is more than a gigabyte; a longer one than needed
 * keeps readers waiting after a machine was lost.
 *
 * <p>Thread-safety: immutable.
 *
 * @param millis the timeout
 * @param configured true when the configuration names it
 */
record TransactionTimeout(int millis, boolean configured) {

  /** A step must fit in one transaction; Streams' own default is 10 s. */
  static final int LEAST_MILLIS = 60_000;

  /** What a slow cluster takes in: 4 MB/s. */
  static final long BYTES_PER_MILLI = 4_000;

  private static final Logger LOG = LoggerFactory.getLogger(TransactionTimeout.class);
  private static final String BARE = ProducerConfig.TRANSACTION_TIMEOUT_CONFIG;
  private static final String PREFIXED = StreamsConfig.producerPrefix(BARE);

  private static final Pattern MILLIS = Pattern.compile("[1-9][0-9]{0,8}");

  /** Longest time between two polls that Kafka's consumer has by default. */
  private static final int POLL_MILLIS = 300_000;

  /** What is wrong with settings that are passed through, without their prefix. */
  static Optional<String> problem(Map<String, String> kafka) {
    String key = kafka.containsKey(PREFIXED) ? PREFIXED : BARE;
    String text = kafka.get(key);
    return text == null || MILLIS.matcher(text).matches()
        ? Optional.empty()
        : Optional.of(
            AdaptationConfig.KAFKA_PREFIX
                + key
                + ": expected milliseconds, 1 to 999999999, found \""
                + text
                + "\"");
  }

  /**
   * The timeout that the configuration names, or the one that a step of this size needs.
   *
   * @param kafka settings that are passed through and have no {@link #problem}
   * @param stepBytes most bytes that a step writes
   */
  static TransactionTimeout of(Map<String, String> kafka, long stepBytes) {
    String text = kafka.getOrDefault(PREFIXED, kafka.get(BARE));
    return text == null
        ? new TransactionTimeout(
            (int) Math.min(Integer.MAX_VALUE, LEAST_MILLIS + stepBytes / BYTES_PER_MILLI), false)
        : new TransactionTimeout(Integer.parseInt(text), true);
  }

  /**
   * This timeout as the brokers take it. A derived one gives way to theirs, with a warning, because
   * most clusters are faster than it assumes.
   *
   * @param allowed {@code transaction.max.timeout.ms} of the brokers; empty when they do not tell
   * @throws ConfigurationException when a configured one is longer
   */
  TransactionTimeout within(OptionalInt allowed) {
    if (allowed.isEmpty() || millis <= allowed.getAsInt()) {
      return this;
    }
    String problem =
        "expected a transaction timeout of at most transaction.max.timeout.ms = "
            + allowed.getAsInt()
            + " of the brokers, found "
            + millis;
    if (configured) {
      throw new ConfigurationException(
          "the settings for Kafka",
          List.of(AdaptationConfig.KAFKA_PREFIX + PREFIXED + ": " + problem));
    }
    LOG.warn("{}, which adapters of this size may need on a slow cluster", problem);
    return new TransactionTimeout(allowed.getAsInt(), false);
  }

  /**
   * Writes it into settings of Kafka Streams, with a time between two polls that is no shorter
   * unless one is configured.
   */
  void putInto(Properties properties) {
    properties.put(PREFIXED, millis);
    if (millis > POLL_MILLIS) {
      properties.putIfAbsent(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, millis);
    }
  }
}
