package dev.meander.app.versions;

import dev.meander.app.replay.TopicReader;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.AdapterReading;
import dev.meander.core.wire.ChunkAssembler;
import dev.meander.core.wire.Claim;
import dev.meander.schemas.AckKey;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.Printable;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.ServingAck;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads what lies on a cluster of one lineage: versions, the alias, what the nodes say. A version's
 * weights pass the checks a node makes, except that the base model and its blocks are taken from
 * the record, because no model is opened here.
 *
 * <p>Thread-safety: none. Lifetime: the owner closes it.
 */
public final class VersionLog implements AutoCloseable {

  private static final double UNBOUNDED = Float.MAX_VALUE;
  private static final int PAYLOAD_BYTES_MAX = 1 << 30;

  private final Cluster cluster;
  private final LineageId lineage;
  private final RecordSerdes serdes;
  private final TopicReader topics;
  private final PassedOver passedOver = new PassedOver();

  /**
   * @param stillWanted called now and then; whatever it throws ends the reading
   */
  public VersionLog(Cluster cluster, LineageId lineage, Runnable stillWanted) {
    this.cluster = cluster;
    this.lineage = lineage;
    this.serdes = RecordSerdes.open(cluster.registry());
    this.topics = new TopicReader(cluster.bootstrap(), cluster.kafka(), stillWanted);
  }

  /** The records of the lineage's partitions that no reading so far could use. */
  public PassedOver passedOver() {
    return passedOver;
  }

  /**
   * Every version on the log, in order of number. A record that cannot be used is passed over; what
   * its key had before stays.
   */
  public List<StoredVersion> versions() {
    TreeMap<Long, StoredVersion> versions = new TreeMap<>();
    Map<Long, Long> first = new HashMap<>();
    read(
        cluster.topics().adapters(),
        0,
        Long.MAX_VALUE,
        record -> {
          AdapterKey key = adapterKey(record);
          if (key == null) {
            return;
          }
          if (record.value() == null) {
            if (key.chunk() == AdapterKey.WHOLE) {
              versions.remove(key.version());
            }
            return;
          }
          if (key.chunk() == 0) {
            first.putIfAbsent(key.version(), record.offset()); // junk may lie behind it
          }
          if (key.chunk() == AdapterKey.WHOLE) {
            AdapterRecord adapter = adapter(record, key);
            if (adapter != null) {
              long from = first.getOrDefault(key.version(), record.offset());
              versions.put(key.version(), stored(adapter, from, record.offset()));
            }
          }
        });
    return List.copyOf(versions.values());
  }

  /** The key when it is one of this lineage; what is none of any lineage is counted. */
  private @Nullable AdapterKey adapterKey(ConsumerRecord<byte[], byte[]> record) {
    AdapterKey key = AdapterKey.parse(text(record.key())).orElse(null);
    if (key == null) {
      passedOver.add(record, "expected a key lineage/version[/chunk], found " + shown(record));
    }
    return key != null && key.lineage().equals(lineage.toString()) ? key : null;
  }

  /** The record of a version or of a chunk; null, and counted, when it is none of {@code key}. */
  private @Nullable AdapterRecord adapter(ConsumerRecord<byte[], byte[]> record, AdapterKey key) {
    AdapterRecord adapter = decode(record, AdapterRecord.class);
    if (adapter == null) {
      return null;
    }
    String problem = StoredVersion.problem(adapter, key);
    if (problem != null) {
      passedOver.add(record, problem);
      return null;
    }
    return adapter;
  }

  private static StoredVersion stored(AdapterRecord adapter, long firstOffset, long lastOffset) {
    ByteBuffer payload = adapter.getPayload();
    long bytes = payload == null ? adapter.getPayloadBytes() : payload.remaining();
    adapter.put("payload", null);
    return new StoredVersion(adapter, bytes, firstOffset, lastOffset);
  }

  /** The alias; null when the lineage has none. One that cannot be used leaves the one before. */
  public @Nullable AliasRecord alias() {
    AtomicReference<@Nullable AliasRecord> newest = new AtomicReference<>();
    read(
        cluster.topics().aliases(),
        0,
        Long.MAX_VALUE,
        record -> {
          if (!isOurs(record)) {
            return;
          }
          if (record.value() == null) {
            newest.set(null);
            return;
          }
          AliasRecord alias = decode(record, AliasRecord.class);
          if (alias != null && alias.getLineage().equals(lineage.toString())) {
            newest.set(alias);
          } else if (alias != null) {
            passedOver.add(record, "expected an alias of its key, found " + alias.getLineage());
          }
        });
    return newest.get();
  }

  /**
   * What happened to the lineage, as far as commands, decisions and aliases are still there. A
   * record that cannot be read is passed over.
   */
  public List<HistoryEntry> history() {
    LineageHistory history = new LineageHistory();
    take(cluster.topics().commands(), Command.class, history::add);
    take(cluster.topics().decisions(), Decision.class, history::add);
    take(cluster.topics().aliases(), AliasRecord.class, history::add);
    return history.entries();
  }

  private <T extends SpecificRecord> void take(String topic, Class<T> type, Consumer<T> taker) {
    read(
        topic,
        0,
        Long.MAX_VALUE,
        record -> {
          if (isOurs(record) && record.value() != null) {
            T value = decode(record, type);
            if (value != null) {
              taker.accept(value);
            }
          }
        });
  }

  /** What each node said last, by its name. */
  public Map<String, ServingAck> acknowledgements() {
    Map<String, ServingAck> acks = new TreeMap<>();
    read(
        cluster.topics().acks(),
        0,
        Long.MAX_VALUE,
        record -> {
          AckKey key = AckKey.parse(text(record.key())).orElse(null);
          if (key != null && key.lineage().equals(lineage.toString()) && record.value() != null) {
            ServingAck ack = decode(record, ServingAck.class);
            if (ack != null) {
              acks.put(key.node(), ack);
            }
          } else if (key == null) {
            passedOver.add(record, "expected a key node/lineage, found " + shown(record));
          }
        });
    return acks;
  }

  /**
   * Verified weights of {@code version}.
   *
   * @param all what {@link #versions} gave, where those are that it is a change to
   * @throws VersionRefusedException when they do not pass a check, or their payload is not there
   */
  public AdapterWeights weights(StoredVersion version, List<StoredVersion> all) {
    Deque<StoredVersion> chain = new ArrayDeque<>(List.of(version));
    while (AdapterReader.isChange(chain.element().record())) {
      StoredVersion change = chain.element();
      long parent = change.record().getParent();
      chain.push(
          all.stream()
              .filter(other -> other.number() == parent && parent < change.number())
              .findFirst()
              .orElseThrow(
                  () ->
                      new VersionRefusedException(
                          "expected version "
                              + parent
                              + " on the log, which version "
                              + change.number()
                              + " is a change to, found none")));
    }
    AdapterWeights weights = verified(whole(chain.pop()), null);
    while (!chain.isEmpty()) {
      weights = verified(whole(chain.pop()), weights);
    }
    return weights;
  }

  /** The record of {@code version} with its payload, wherever that lies. */
  private AdapterRecord whole(StoredVersion version) {
    ChunkAssembler chunks = new ChunkAssembler(PAYLOAD_BYTES_MAX, PAYLOAD_BYTES_MAX);
    List<AdapterRecord> whole = new ArrayList<>();
    read(
        cluster.topics().adapters(),
        version.firstOffset(),
        version.lastOffset(),
        record -> {
          AdapterKey key = adapterKey(record);
          if (key == null || key.version() != version.number() || record.value() == null) {
            return;
          }
          AdapterRecord adapter = adapter(record, key);
          if (adapter != null && key.isChunk()) {
            if (adapter.getPayloadBytes() == version.record().getPayloadBytes()) {
              chunks.accept(key, adapter, record.offset());
            } else {
              passedOver.add(record, "expected a chunk of version " + version.number());
            }
          } else if (adapter != null && record.offset() == version.lastOffset()) {
            whole.add(payload(adapter, chunks));
          }
        });
    if (whole.isEmpty()) {
      throw new VersionRefusedException(
          "expected version "
              + version.number()
              + " at offset "
              + version.lastOffset()
              + ", found none: it was removed meanwhile");
    }
    return whole.get(0);
  }

  private AdapterRecord payload(AdapterRecord record, ChunkAssembler chunks) {
    if (record.getChunkCount() > 0) {
      ChunkAssembler.Assembly assembly = chunks.assemble(record);
      if (assembly instanceof ChunkAssembler.Assembly.Whole whole) {
        return whole.record();
      }
      throw new VersionRefusedException(
          "version " + record.getVersion() + " cannot be put together: " + assembly);
    }
    if (Claim.isClaim(record)) {
      Claim.Fetched fetched =
          Claim.fetch(
              record,
              FolderObjectStore.of(cluster.objectsFolder()).orElse(null),
              PAYLOAD_BYTES_MAX);
      if (fetched instanceof Claim.Fetched.Whole whole) {
        return whole.record();
      }
      throw new VersionRefusedException(
          "the payload of version " + record.getVersion() + " cannot be fetched: " + fetched);
    }
    return record;
  }

  private AdapterWeights verified(AdapterRecord record, @Nullable AdapterWeights parent) {
    AdapterReading reading;
    try {
      AdapterReader reader = new AdapterReader(spec(record), UNBOUNDED);
      reading = reader.read(record, (any, number) -> parent);
    } catch (IllegalArgumentException e) {
      throw new VersionRefusedException(
          "version " + record.getVersion() + " is malformed: " + e.getMessage());
    }
    if (reading instanceof AdapterReading.Refused refused) {
      throw new VersionRefusedException(
          "version "
              + record.getVersion()
              + " is refused: "
              + refused.reason()
              + ": "
              + refused.message());
    }
    return ((AdapterReading.Verified) reading).weights();
  }

  /** The base model as far as the record tells. */
  private ModelSpec spec(AdapterRecord record) {
    List<Block> blocks = new ArrayList<>();
    for (TensorEntry entry : record.getTensors()) {
      int[] shape = entry.getShape().stream().mapToInt(Integer::intValue).toArray();
      blocks.add(new Block(entry.getName(), Role.valueOf(entry.getRole()), shape));
    }
    return new ModelSpec(
        lineage.model(),
        sha256(record.getBaseSha256()),
        new int[0],
        0,
        0,
        new Layout(blocks),
        record.getProvenance().getEngine(),
        record.getProvenance().getEngineThreads());
  }

  /**
   * A digest of a record.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Sha256 sha256(ByteBuffer digest) {
    byte[] bytes = new byte[digest.remaining()];
    digest.duplicate().get(bytes);
    return Sha256.wrap(bytes);
  }

  private void read(
      String topic, long from, long last, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    int partition = LineagePartitions.partition(lineage.toString(), topics.partitions(topic));
    topics.read(
        topic,
        partition,
        Math.max(from, topics.offsets(topic, partition).from()),
        record -> {
          taker.accept(record);
          return record.offset() < last;
        });
  }

  /** The record; null, and counted, when it cannot be read. */
  private <T extends SpecificRecord> @Nullable T decode(
      ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    Decoded<T> decoded = serdes.decode(record.topic(), type, record.value());
    if (decoded instanceof Decoded.Refusal<T> refusal) {
      passedOver.add(record, refusal.message());
      return null;
    }
    return ((Decoded.Value<T>) decoded).value();
  }

  private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
    return text(record.key()).equals(lineage.toString());
  }

  private static String shown(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "no key" : '"' + Printable.shortened(text(record.key())) + '"';
  }

  private static String text(byte @Nullable [] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    topics.close();
    serdes.close();
  }
}
