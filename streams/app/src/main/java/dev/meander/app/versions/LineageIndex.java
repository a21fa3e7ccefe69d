package dev.meander.app.versions;

import dev.meander.app.replay.TopicReader;
import dev.meander.core.config.Nearest;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AliasRecord;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The lineages of a cluster: those that an alias names, which is each that has published a version.
 *
 * <p>Thread-safety: immutable.
 *
 * @param aliases the newest alias of each lineage, by its name
 * @param unreadable records that were passed over because they are no alias of a lineage
 */
public record LineageIndex(SortedMap<String, AliasRecord> aliases, int unreadable) {

  /** Lineages that a message names. */
  private static final int NAMED_MAX = 10;

  /**
   * Reads the whole topic of aliases, committed records only.
   *
   * @param stillWanted called now and then; whatever it throws ends the reading
   */
  public static LineageIndex read(Cluster cluster, Runnable stillWanted) {
    Reader reader = new Reader();
    String topic = cluster.topics().aliases();
    try (RecordSerdes serdes = RecordSerdes.open(cluster.registry());
        TopicReader topics = new TopicReader(cluster.bootstrap(), cluster.kafka(), stillWanted)) {
      int partitions = topics.partitions(topic);
      for (int partition = 0; partition < partitions; partition++) {
        long from = topics.offsets(topic, partition).from();
        topics.read(
            topic,
            partition,
            from,
            record -> {
              reader.take(record, serdes);
              return true;
            });
      }
    }
    return new LineageIndex(reader.aliases, reader.unreadable);
  }

  /**
   * What to say of a lineage that is not among them, with the nearest and the first of those that
   * are.
   */
  public String unknown(String lineage) {
    if (aliases.isEmpty()) {
      return "expected a lineage of this cluster, found " + lineage + ": none has published yet";
    }
    String named = aliases.keySet().stream().limit(NAMED_MAX).collect(Collectors.joining(", "));
    int more = aliases.size() - NAMED_MAX;
    return "expected a lineage of this cluster, found "
        + lineage
        + Nearest.suggestion(lineage, aliases.keySet())
        + (aliases.size() == 1 ? " There is " : " There are ")
        + named
        + (more > 0 ? " and " + more + " more; list them with `./meander lineages`" : "");
  }

  /** What was found so far: the last record of each lineage counts. */
  private static final class Reader {

    private final TreeMap<String, AliasRecord> aliases = new TreeMap<>();
    private int unreadable;

    void take(ConsumerRecord<byte[], byte[]> record, RecordSerdes serdes) {
      String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
      if (!isLineage(key)) {
        unreadable++;
      } else if (record.value() == null) {
        aliases.remove(key);
      } else if (serdes.decode(record.topic(), AliasRecord.class, record.value())
              instanceof Decoded.Value<AliasRecord> value
          && value.value().getLineage().equals(key)) {
        aliases.put(key, value.value());
      } else {
        unreadable++;
      }
    }

    private static boolean isLineage(String key) {
      try {
        return LineageId.parse(key).toString().equals(key);
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }
}
