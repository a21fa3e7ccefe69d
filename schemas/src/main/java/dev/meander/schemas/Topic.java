package dev.meander.schemas;

import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Prediction;
import dev.meander.schemas.record.Sample;
import dev.meander.schemas.record.ServingAck;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue: every topic with its key, its value, its partition rule and its settings.
 *
 * <p>Thread-safety: immutable.
 */
public enum Topic {
  /** What serving nodes were asked and answered. */
  TRAFFIC(
      "traffic",
      "event id or scope",
      InferenceEvent.class,
      PartitionRule.KEY,
      CleanupPolicy.DELETE,
      Map.of("retention.ms", millis(Retention.REPLAY_WINDOW))),
  /** Events that passed the gate. */
  SAMPLES(
      "samples",
      "lineage",
      Sample.class,
      PartitionRule.LINEAGE,
      CleanupPolicy.DELETE,
      Map.of("retention.ms", millis(Retention.REPLAY_WINDOW))),
  /** Published versions; a retired version gets a tombstone. */
  ADAPTERS(
      "adapters",
      "lineage/version[/chunk]",
      AdapterRecord.class,
      PartitionRule.LINEAGE,
      CleanupPolicy.COMPACT,
      compacted()),
  /** Which version of a lineage serves. */
  ALIASES(
      "aliases",
      "lineage",
      AliasRecord.class,
      PartitionRule.LINEAGE,
      CleanupPolicy.COMPACT,
      compacted()),
  /** What each serving node did with a version. */
  ACKS(
      "acks",
      "node/lineage",
      ServingAck.class,
      PartitionRule.LINEAGE,
      CleanupPolicy.COMPACT,
      compacted()),
  /** Why samples were skipped, how candidates were judged, what became of commands. */
  DECISIONS(
      "decisions",
      "lineage",
      Decision.class,
      PartitionRule.LINEAGE,
      CleanupPolicy.DELETE,
      Map.of("retention.ms", millis(Retention.AUDIT_WINDOW))),
  /** The learner's own answer to each sample; nothing is written unless an application says so. */
  PREDICTIONS(
      "predictions",
      "lineage",
      Prediction.class,
      PartitionRule.LINEAGE,
      CleanupPolicy.DELETE,
      Map.of("retention.ms", millis(Retention.REPLAY_WINDOW))),
  /** What people and programs order for a lineage. */
  COMMANDS(
      "commands",
      "lineage",
      Command.class,
      PartitionRule.LINEAGE,
      CleanupPolicy.DELETE,
      Map.of("retention.ms", millis(Retention.AUDIT_WINDOW))),
  /**
   * Records that could not be used, with their original key and bytes. Accepts larger records than
   * the other topics, because a dead letter is the original plus the headers that explain it.
   */
  DLQ(
      "dlq",
      "original key",
      null,
      PartitionRule.KEY,
      CleanupPolicy.DELETE,
      Map.of(
          "retention.ms", millis(Retention.AUDIT_WINDOW),
          "max.message.bytes", String.valueOf(Retention.DEAD_LETTER_BYTES_MAX)));

  private final String suffix;
  private final String keyMeaning;
  private final @Nullable Class<? extends SpecificRecord> valueClass;
  private final PartitionRule partitionRule;
  private final CleanupPolicy cleanupPolicy;
  private final Map<String, String> settings;

  Topic(
      String suffix,
      String keyMeaning,
      @Nullable Class<? extends SpecificRecord> valueClass,
      PartitionRule partitionRule,
      CleanupPolicy cleanupPolicy,
      Map<String, String> settings) {
    this.suffix = suffix;
    this.keyMeaning = keyMeaning;
    this.valueClass = valueClass;
    this.partitionRule = partitionRule;
    this.cleanupPolicy = cleanupPolicy;
    this.settings = settings;
  }

  /** Last part of the topic's name, after the prefix. */
  public String suffix() {
    return suffix;
  }

  /** What the key of a record holds; keys are UTF-8 text. */
  public String keyMeaning() {
    return keyMeaning;
  }

  /** Record class of the value; empty where the value is somebody's original bytes. */
  public Optional<Class<? extends SpecificRecord>> valueClass() {
    return Optional.ofNullable(valueClass);
  }

  /** Schema of the value; empty where the value is somebody's original bytes. */
  public Optional<Schema> valueSchema() {
    return valueClass().map(type -> SpecificData.get().getSchema(type));
  }

  public PartitionRule partitionRule() {
    return partitionRule;
  }

  public CleanupPolicy cleanupPolicy() {
    return cleanupPolicy;
  }

  /** Topic settings to create it with, {@code cleanup.policy} included, in a fixed order. */
  public Map<String, String> settings() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("cleanup.policy", cleanupPolicy.config());
    settings.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return Collections.unmodifiableMap(all);
  }

  /** The topic whose full name this is under any prefix, if it is one of the catalogue. */
  public static Optional<Topic> ofName(String fullName) {
    for (Topic topic : values()) {
      if (fullName.endsWith("." + topic.suffix)) {
        return Optional.of(topic);
      }
    }
    return Optional.empty();
  }

  /**
   * Within the replay window every value stays, so that a replay sees what was live when; a
   * tombstone stays as long, so that a node that was away as long still learns of it.
   */
  private static Map<String, String> compacted() {
    return Map.of(
        "min.compaction.lag.ms", millis(Retention.REPLAY_WINDOW),
        "delete.retention.ms", millis(Retention.REPLAY_WINDOW));
  }

  private static String millis(Duration duration) {
    return String.valueOf(duration.toMillis());
  }
}
