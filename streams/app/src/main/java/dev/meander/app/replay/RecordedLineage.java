package dev.meander.app.replay;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.learner.ConfigurationText;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.replay.recorded.RecordedVersion;
import dev.meander.replay.recorded.SampleLog;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Sample;
import dev.meander.streams.AdaptationConfig;
import dev.meander.streams.publish.PublishStage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Versions and samples of one lineage as they lie on a cluster.
 *
 * <p>Thread-safety: none. Lifetime: the owner closes it.
 */
final class RecordedLineage implements SampleLog, AutoCloseable {

  private final AdaptationConfig config;
  private final RecordSerdes serdes;
  private final EventReader events;
  private final TopicReader topics;
  private final Runnable sampleRead;
  private final List<String> notes = new ArrayList<>();
  private final Map<Sha256, ConfigurationText> configurations = new HashMap<>();
  private @Nullable Map<Integer, Set<Long>> leftOut;

  /**
   * @param config says where the cluster, its registry and its topics are
   * @param spec what samples are read against
   * @param stillWanted called now and then; whatever it throws ends the reading
   * @param sampleRead called for each sample that was taken
   */
  RecordedLineage(
      AdaptationConfig config, ModelSpec spec, Runnable stillWanted, Runnable sampleRead) {
    this.config = config;
    this.serdes = RecordSerdes.open(config.registry());
    this.events = new EventReader(spec);
    this.sampleRead = sampleRead;
    this.topics = new TopicReader(config.bootstrapServers(), config.kafka(), stillWanted);
  }

  /**
   * Every version of {@code lineage} whose record is still there, in order of number; retired ones
   * as long as compaction has left them.
   *
   * @throws ConfigurationException when there is no such topic
   */
  List<RecordedVersion> versions(LineageId lineage) {
    String topic = config.topics().of(Topic.ADAPTERS);
    int partition = LineagePartitions.partition(lineage.toString(), topics.partitions(topic));
    TreeMap<Long, RecordedVersion> versions = new TreeMap<>();
    topics.read(
        topic,
        partition,
        topics.offsets(topic, partition).from(),
        record -> {
          AdapterKey.parse(text(record.key()))
              .filter(key -> key.lineage().equals(lineage.toString()))
              .filter(key -> key.chunk() == AdapterKey.WHOLE)
              .ifPresent(key -> take(record, key, versions));
          return true;
        });
    return List.copyOf(versions.values());
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record, AdapterKey key, TreeMap<Long, RecordedVersion> into) {
    long version = key.version();
    if (record.value() == null) {
      return; // retired since; what its record said of it is as true as before
    }
    Decoded<AdapterRecord> decoded =
        serdes.decode(record.topic(), AdapterRecord.class, record.value());
    if (decoded instanceof Decoded.Refusal<AdapterRecord> refusal) {
      note(version, refusal.message());
      return;
    }
    AdapterRecord adapter = ((Decoded.Value<AdapterRecord>) decoded).value();
    if (!key.names(adapter.getLineage(), adapter.getVersion())) {
      note(version, "the record at offset " + record.offset() + " is none of its key");
      return;
    }
    try {
      RecordedVersion found = RecordedVersion.of(adapter);
      into.put(version, found);
      Header text = record.headers().lastHeader(PublishStage.CONFIGURATION);
      if (text != null && text.value() != null) {
        configurations.put(found.config(), ConfigurationText.parse(text(text.value())));
      }
    } catch (IllegalArgumentException e) {
      note(version, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public @Nullable ConfigurationText configuration(Sha256 digest) {
    return configurations.get(digest);
  }

  private void note(long version, String problem) {
    notes.add("version " + version + " cannot be read: " + problem);
  }

  /** What was found on the way and is to be known. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  private String samples() {
    return config.topics().of(Topic.SAMPLES);
  }

  @Override
  public Offsets offsets(int partition) {
    return partition < topics.partitions(samples())
        ? topics.offsets(samples(), partition)
        : new Offsets(0, 0);
  }

  @Override
  public int partition(LineageId lineage) {
    return LineagePartitions.partition(lineage.toString(), topics.partitions(samples()));
  }

  @Override
  public void read(
      LineageId lineage,
      int partition,
      long from,
      Predicate<dev.meander.core.tensor.Sample> taker) {
    byte[] key = lineage.toString().getBytes(StandardCharsets.UTF_8);
    topics.read(
        samples(),
        partition,
        from,
        record -> {
          if (!Arrays.equals(key, record.key())) {
            return true;
          }
          Decoded<Sample> decoded = serdes.decode(record.topic(), Sample.class, record.value());
          if (decoded instanceof Decoded.Value<Sample> value
              && events.read(value.value(), record.key(), record.offset())
                  instanceof EventReading.Usable usable) {
            sampleRead.run();
            return taker.test(usable.sample());
          }
          return true;
        });
  }

  @Override
  public Set<Long> leftOut(LineageId lineage, int partition) {
    Map<Integer, Set<Long>> read = leftOut == null ? readLeftOut(lineage.toString()) : leftOut;
    leftOut = read;
    return read.getOrDefault(partition, Set.of());
  }

  /** Offsets by partition; the dead letters are read once, however often a learner began anew. */
  private Map<Integer, Set<Long>> readLeftOut(String lineage) {
    String letters = config.topics().of(Topic.DLQ);
    Map<Integer, Set<Long>> offsets = new HashMap<>();
    for (int each = 0; each < topics.partitions(letters); each++) {
      topics.read(
          letters,
          each,
          topics.offsets(letters, each).from(),
          record -> {
            DeadLetter.read(record.headers())
                .filter(letter -> letter.reason() == RejectReason.MODEL_OUT_OF_MEMORY)
                .filter(letter -> letter.topic().equals(samples()))
                .filter(letter -> text(record.key()).equals(lineage))
                .ifPresent(
                    letter ->
                        offsets
                            .computeIfAbsent(letter.partition(), any -> new HashSet<>())
                            .add(letter.offset()));
            return true;
          });
    }
    return offsets;
  }

  private static String text(byte[] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    topics.close();
    serdes.close();
  }
}
