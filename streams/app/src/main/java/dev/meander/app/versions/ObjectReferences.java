package dev.meander.app.versions;

import dev.meander.app.replay.TopicReader;
import dev.meander.core.wire.Claim;
import dev.meander.schemas.AdapterKey;
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
 * @param versions versions on the log
 * @param objects names of their objects
 */
public record ObjectReferences(int versions, Set<String> objects) {

  public ObjectReferences {
    objects = Set.copyOf(objects);
  }

  /**
   * Reads the whole topic, committed records only.
   *
   * @param stillWanted called now and then; whatever it throws ends the reading
   * @throws VersionRefusedException when the record of a version cannot be read, because then
   *     nobody knows what it names
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
        reader.whole.size() + reader.claims.size(), new HashSet<>(reader.claims.values()));
  }

  /** What was found so far: the last record of each version counts. */
  private static final class Reader {

    private final Map<String, String> claims = new HashMap<>();
    private final Set<String> whole = new HashSet<>();

    void take(ConsumerRecord<byte[], byte[]> record, RecordSerdes serdes) {
      String text = text(record.key());
      AdapterKey key = AdapterKey.parse(text).orElse(null);
      if (key == null || key.isChunk()) {
        return; // no version: nodes do not serve it either
      }
      claims.remove(text);
      whole.remove(text);
      if (record.value() == null) {
        return;
      }
      Decoded<AdapterRecord> decoded =
          serdes.decode(record.topic(), AdapterRecord.class, record.value());
      if (decoded instanceof Decoded.Refusal<AdapterRecord> refusal) {
        throw new VersionRefusedException(
            "expected every version to be readable, found "
                + text
                + " at offset "
                + record.offset()
                + " of partition "
                + record.partition()
                + ": "
                + refusal.message());
      }
      AdapterRecord adapter = ((Decoded.Value<AdapterRecord>) decoded).value();
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
