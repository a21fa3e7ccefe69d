package dev.meander.app.versions;

import dev.meander.app.replay.TopicReader;
import dev.meander.core.wire.Claim;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which objects the versions on the log name, those of all lineages: what is live, canary, previous
 * or pinned is on the log, and so is what a version is a change to. A version whose removal is
 * committed names none.
 *
 * <p>A record that is no version of its key is passed over, as nodes do, and what its key named
 * before counts on. One whose schema the registry does not know is another matter: it may be a
 * version, so nobody knows what it names.
 *
 * @param versions versions on the log
 * @param objects names of their objects
 * @param passedOver records that are no version
 * @param unknown records with a schema that the registry does not know
 */
public record ObjectReferences(
    int versions, Set<String> objects, PassedOver passedOver, PassedOver unknown) {

  public ObjectReferences {
    objects = Set.copyOf(objects);
  }

  /**
   * Reads the whole topic, committed records only.
   *
   * @param stillWanted called now and then; whatever it throws ends the reading
   */
  public static ObjectReferences read(Cluster cluster, Runnable stillWanted) {
    Reader reader = new Reader();
    String topic = cluster.topics().adapters();
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
    return new ObjectReferences(
        reader.whole.size() + reader.claims.size(),
        new HashSet<>(reader.claims.values()),
        reader.passedOver,
        reader.unknown);
  }

  /** What was found so far: the last record of each version counts. */
  private static final class Reader {

    private final Map<String, String> claims = new HashMap<>();
    private final Set<String> whole = new HashSet<>();
    private final PassedOver passedOver = new PassedOver();
    private final PassedOver unknown = new PassedOver();

    void take(ConsumerRecord<byte[], byte[]> record, RecordSerdes serdes) {
      AdapterKey key = AdapterKey.parse(text(record.key())).orElse(null);
      if (key == null) {
        passedOver.add(record, "expected a key lineage/version[/chunk]");
        return;
      }
      if (key.isChunk()) {
        return; // no version
      }
      if (record.value() == null) {
        claims.remove(key.toString());
        whole.remove(key.toString());
        return;
      }
      Decoded<AdapterRecord> decoded =
          serdes.decode(record.topic(), AdapterRecord.class, record.value());
      if (decoded instanceof Decoded.Refusal<AdapterRecord> refusal) {
        (refusal.reason() == RejectReason.UNKNOWN_SCHEMA ? unknown : passedOver)
            .add(record, refusal.message());
        return;
      }
      take(key, ((Decoded.Value<AdapterRecord>) decoded).value(), record);
    }

    private void take(
        AdapterKey key, AdapterRecord adapter, ConsumerRecord<byte[], byte[]> record) {
      String problem = StoredVersion.problem(adapter, key);
      if (problem != null) {
        passedOver.add(record, problem);
        return;
      }
      String text = key.toString();
      claims.remove(text);
      whole.remove(text);
      if (Claim.isClaim(adapter)) {
        claims.put(text, String.valueOf(adapter.getPayloadObject()));
      } else {
        whole.add(text);
      }
    }

    private static String text(byte @Nullable [] key) {
      return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }
  }
}
