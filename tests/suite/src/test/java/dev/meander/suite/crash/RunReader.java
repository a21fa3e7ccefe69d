package dev.meander.suite.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meander.kit.guarantee.Observation;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what one application has committed. */
final class RunReader {

  private static final HexFormat HEX = HexFormat.of();
  private static final String CHANGELOG = "-changelog";
  private static final String PENDING = "learner-pending";

  /** First byte of the two offsets in a learner's counters: after format, digest, three counts. */
  private static final int OFFSETS_AT = 4 + 32 + 3 * 8;

  private final String bootstrap;
  private final TopicNames names;
  private final String applicationId;
  private final RecordSerdes serdes;

  RunReader(String bootstrap, TopicNames names, String applicationId, RecordSerdes serdes) {
    this.bootstrap = bootstrap;
    this.names = names;
    this.applicationId = applicationId;
    this.serdes = serdes;
  }

  CommittedRun read() {
    try (CommittedLog log = new CommittedLog(bootstrap)) {
      List<Observation> seen = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : log.read(names.samples())) {
        seen.add(sampled(record));
      }
      Map<String, Integer> promised = new TreeMap<>();
      Map<String, Integer> chunks = new TreeMap<>();
      for (ConsumerRecord<byte[], byte[]> record : log.read(names.adapters())) {
        AdapterKey key = AdapterKey.parse(new String(record.key(), UTF_8)).orElseThrow();
        String version = AdapterKey.of(key.lineage(), key.version()).toString();
        if (key.isChunk()) {
          chunks.merge(version, 1, Integer::sum);
        } else {
          AdapterRecord adapter = decode(record, AdapterRecord.class);
          if (adapter.getChunkCount() > 0) {
            promised.put(version, adapter.getChunkCount());
          }
          seen.add(published(adapter));
        }
      }
      for (ConsumerRecord<byte[], byte[]> record : log.read(names.aliases())) {
        AliasRecord alias = decode(record, AliasRecord.class);
        seen.add(
            new Observation.AliasMoved(
                alias.getLineage(),
                alias.getEpoch(),
                alias.getLive(),
                !alias.getCause().equals("PUBLISH")));
      }
      for (ConsumerRecord<byte[], byte[]> record : log.read(names.decisions())) {
        decided(decode(record, Decision.class)).ifPresent(seen::add);
      }
      return new CommittedRun(List.copyOf(seen), promised, chunks, stores(log));
    }
  }

  private Observation sampled(ConsumerRecord<byte[], byte[]> record) {
    Sample sample = decode(record, Sample.class);
    return new Observation.Sampled(
        sample.getEvent().getLineage(),
        record.partition(),
        record.offset(),
        sample.getTrafficPartition(),
        sample.getTrafficOffset());
  }

  private static Observation published(AdapterRecord adapter) {
    Provenance provenance = adapter.getProvenance();
    return new Observation.Published(
        adapter.getLineage(),
        adapter.getVersion(),
        adapter.getParent(),
        hex(adapter.getContentSha256()),
        hex(adapter.getStateSha256()),
        provenance.getSamplesPartition(),
        provenance.getFirstOffset(),
        provenance.getLastOffset(),
        provenance.getSamples());
  }

  /** Decisions of other stages say nothing that the laws of learning speak of. */
  private static Optional<Observation> decided(Decision decision) {
    String lineage = decision.getLineage();
    return switch (decision.getStage()) {
      case "gate" ->
          Optional.of(
              new Observation.Counted(lineage, decision.getPartition(), decision.getCounts()));
      case "guard" ->
          Optional.of(
              new Observation.Judged(
                  lineage,
                  decision.getOutcome(),
                  decision.getOutcome().equals("PROMOTE"),
                  decision.getVersion()));
      case "publish" -> Optional.of(new Observation.Held(lineage, decision.getVersion()));
      default -> Optional.empty();
    };
  }

  private <T extends SpecificRecord> T decode(
      ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    Decoded<T> decoded = serdes.decode(record.topic(), type, record.value());
    if (decoded instanceof Decoded.Value<T> found) {
      return found.value();
    }
    throw new AssertionError(record.topic() + " at " + record.offset() + ": " + decoded);
  }

  private Map<String, Map<String, String>> stores(CommittedLog log) {
    Map<String, Map<String, String>> stores = new TreeMap<>();
    for (String topic : log.topics()) {
      if (topic.startsWith(applicationId + "-") && topic.endsWith(CHANGELOG)) {
        String store =
            topic.substring(applicationId.length() + 1, topic.length() - CHANGELOG.length());
        Map<String, byte[]> entries = folded(log.read(topic));
        stores.put(store, store.equals(PENDING) ? inOrder(entries) : comparable(entries));
      }
    }
    return stores;
  }

  private static Map<String, byte[]> folded(List<ConsumerRecord<byte[], byte[]>> changes) {
    Map<String, byte[]> entries = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> change : changes) {
      String key = new String(change.key(), UTF_8);
      if (change.value() == null) {
        entries.remove(key);
      } else {
        entries.put(key, change.value());
      }
    }
    return entries;
  }

  /** Waiting samples under their place in the queue instead of their offset. */
  private static Map<String, String> inOrder(Map<String, byte[]> entries) {
    Map<String, String> queue = new TreeMap<>();
    Map<String, Integer> places = new TreeMap<>();
    entries.forEach(
        (key, value) -> {
          String lineage = key.substring(0, key.indexOf('/'));
          int place = places.merge(lineage, 1, Integer::sum);
          queue.put(lineage + "/" + place, HEX.formatHex(value));
        });
    return queue;
  }

  private static Map<String, String> comparable(Map<String, byte[]> entries) {
    Map<String, String> texts = new TreeMap<>();
    entries.forEach(
        (key, value) -> {
          byte[] copy = value.clone();
          if (key.endsWith("/counters")) {
            Arrays.fill(copy, OFFSETS_AT, OFFSETS_AT + 2 * Long.BYTES, (byte) 0);
          } else if (key.endsWith("/origin")) {
            Arrays.fill(copy, 0, Long.BYTES, (byte) 0);
          }
          texts.put(key, HEX.formatHex(copy));
        });
    return texts;
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HEX.formatHex(copy);
  }
}
