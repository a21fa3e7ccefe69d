package dev.meander.app.versions;

import dev.meander.app.replay.TopicReader;
import dev.meander.schemas.AckKey;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.ServingAck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One lineage in a list of all.
 *
 * @param live version that serves; 0 is the base model
 * @param versions versions on the log
 * @param changedAt when what it serves changed last, ISO-8601
 * @param method that made its newest version on the log; empty when there is none
 * @param nodesLive nodes whose last word is that they serve the live version
 * @param nodes nodes that have said anything of it
 */
public record LineageSummary(
    String lineage,
    long live,
    boolean pinned,
    boolean paused,
    int versions,
    String changedAt,
    String method,
    int nodesLive,
    int nodes) {

  /**
   * All lineages of a cluster, by name. Reads aliases, adapters and acks once, however many
   * lineages there are.
   *
   * @param stillWanted called now and then; whatever it throws ends the reading
   */
  public static List<LineageSummary> read(
      Cluster cluster, LineageIndex index, Runnable stillWanted) {
    Map<String, Versions> versions = new HashMap<>();
    Map<String, Map<String, ServingAck>> acks = new HashMap<>();
    try (RecordSerdes serdes = RecordSerdes.open(cluster.registry());
        TopicReader topics = new TopicReader(cluster.bootstrap(), cluster.kafka(), stillWanted)) {
      whole(topics, cluster.topics().adapters(), record -> adapter(record, serdes, versions));
      whole(topics, cluster.topics().acks(), record -> acknowledgement(record, serdes, acks));
    }
    List<LineageSummary> all = new ArrayList<>();
    index
        .aliases()
        .forEach(
            (lineage, alias) ->
                all.add(
                    of(
                        alias,
                        versions.getOrDefault(lineage, new Versions()),
                        acks.getOrDefault(lineage, Map.of()))));
    return all;
  }

  private static LineageSummary of(
      AliasRecord alias, Versions versions, Map<String, ServingAck> acks) {
    long live = alias.getLive();
    return new LineageSummary(
        alias.getLineage(),
        live,
        alias.getPinned(),
        alias.getPaused(),
        versions.methods.size(),
        alias.getEventTime().toString(),
        versions.methods.isEmpty() ? "" : versions.methods.lastEntry().getValue(),
        (int)
            acks.values().stream()
                .filter(ack -> ack.getOutcome().equals("LIVE") && ack.getVersion() == live)
                .count(),
        acks.size());
  }

  private static void whole(
      TopicReader topics, String topic, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    int partitions = topics.partitions(topic);
    for (int partition = 0; partition < partitions; partition++) {
      topics.read(
          topic,
          partition,
          topics.offsets(topic, partition).from(),
          record -> {
            taker.accept(record);
            return true;
          });
    }
  }

  private static void adapter(
      ConsumerRecord<byte[], byte[]> record, RecordSerdes serdes, Map<String, Versions> into) {
    AdapterKey key = AdapterKey.parse(text(record.key())).orElse(null);
    if (key == null || key.isChunk()) {
      return;
    }
    Versions versions = into.computeIfAbsent(key.lineage(), any -> new Versions());
    if (record.value() == null) {
      versions.methods.remove(key.version());
    } else if (serdes.decode(record.topic(), AdapterRecord.class, record.value())
        instanceof Decoded.Value<AdapterRecord> value) {
      if (StoredVersion.problem(value.value(), key) == null) {
        versions.methods.put(key.version(), value.value().getProvenance().getMethod());
      }
    }
  }

  private static void acknowledgement(
      ConsumerRecord<byte[], byte[]> record,
      RecordSerdes serdes,
      Map<String, Map<String, ServingAck>> into) {
    AckKey key = AckKey.parse(text(record.key())).orElse(null);
    if (key == null) {
      return;
    }
    Map<String, ServingAck> nodes = into.computeIfAbsent(key.lineage(), any -> new HashMap<>());
    if (record.value() == null) {
      nodes.remove(key.node());
    } else if (serdes.decode(record.topic(), ServingAck.class, record.value())
        instanceof Decoded.Value<ServingAck> value) {
      nodes.put(key.node(), value.value());
    }
  }

  private static String text(byte @Nullable [] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  /** Versions of one lineage on the log: the method that made each. */
  private static final class Versions {
    private final TreeMap<Long, String> methods = new TreeMap<>();
  }
}
