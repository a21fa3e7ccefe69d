package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import dev.meander.schemas.Retention;
import dev.meander.schemas.Topic;
import dev.meander.streams.deadletter.DeadLetters;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How large records may be that topics take, beside how large they can get. A record that a broker
 * refuses stops the transaction that it is written in, at every attempt: what could get too large
 * is refused before the start, and dead letters are cut to what is taken.
 *
 * @param letterBytesMax largest dead letter
 */
record TopicLimits(int letterBytesMax) {

  /**
   * Compares.
   *
   * @param config says how large samples and versions can get
   * @param requestBytesMax largest request of the producer
   * @param taken {@code max.message.bytes} of the topics that tell it
   * @throws ConfigurationException when a record within the configured limits would not be taken
   */
  static TopicLimits of(AdaptationConfig config, int requestBytesMax, Map<Topic, Integer> taken) {
    List<String> problems = new ArrayList<>();
    Map<Topic, Integer> needed = new EnumMap<>(Topic.class);
    needed.put(Topic.SAMPLES, config.sampleBytesMax());
    needed.put(Topic.ADAPTERS, config.publish().recordBytesMax());
    needed.put(Topic.DLQ, DeadLetters.BYTES_MIN);
    needed.forEach(
        (topic, bytes) -> {
          int limit = Math.min(requestBytesMax, taken.getOrDefault(topic, Integer.MAX_VALUE));
          if (limit < bytes) {
            problems.add(problem(config, topic, bytes, limit, requestBytesMax));
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationException(
          "the limits of records on " + config.bootstrapServers(), problems);
    }
    int letters = Math.min(requestBytesMax, taken.getOrDefault(Topic.DLQ, Integer.MAX_VALUE));
    return new TopicLimits(Math.min(letters, Retention.DEAD_LETTER_BYTES_MAX));
  }

  private static String problem(
      AdaptationConfig config, Topic topic, int bytes, int limit, int requestBytesMax) {
    String why =
        switch (topic) {
          case SAMPLES -> ", samples.record.max.bytes";
          case ADAPTERS -> ", publish.record.max.bytes";
          default -> " for a dead letter without its record";
        };
    return limit == requestBytesMax
        ? "kafka.max.request.size: expected at least %d bytes%s, found %d"
            .formatted(bytes, why, limit)
        : "topic %s: expected max.message.bytes of at least %d%s, found %d; `meander topics create` makes it so"
            .formatted(config.topics().of(topic), bytes, why, limit);
  }
}
