package dev.meander.core.wire;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.codec.Encoding;
import dev.meander.core.learner.Version;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes versions as records: key frames that hold whole blocks. The content hash is that of the
 * floats a node decodes, which a lossy codec makes another than the learner's own.
 *
 * <p>Thread-safety: immutable.
 */
public final class AdapterWriter {

  /** Frame that holds the whole adapter. */
  public static final String KEY = "KEY";

  /** Kind whose payload is the blocks' own values; base blocks outside the layout stay. */
  public static final String BLOCK_VALUES = "block-values";

  private final ModelSpec spec;
  private final CodecChoice choice;
  private final Machine machine;

  /**
   * @param spec the base model
   * @param choice how payloads are encoded
   */
  public AdapterWriter(ModelSpec spec, CodecChoice choice) {
    this.spec = spec;
    this.choice = choice;
    this.machine = Machine.here(spec);
  }

  /**
   * {@code version} as a key frame.
   *
   * @param samplesPartition partition of {@code samples} that its offsets belong to
   */
  public AdapterWriting write(Version version, int samplesPartition) {
    AdapterWeights weights = version.candidate().weights();
    Encoding encoding =
        choice.whole(weights.layout(), weights.values(), version.candidate().base().values());
    if (encoding instanceof Encoding.Refused refused) {
      return new AdapterWriting.NotRepresentable(refused.codec(), refused.message());
    }
    return written(version, KEY, (Encoding.Encoded) encoding, samplesPartition);
  }

  private AdapterWriting.Written written(
      Version version, String frame, Encoding.Encoded encoded, int samplesPartition) {
    Layout layout = version.candidate().weights().layout();
    AdapterWeights decoded = new AdapterWeights(layout, encoded.decoded());
    AdapterRecord record = record(version, frame, encoded, decoded.contentHash(), samplesPartition);
    return new AdapterWriting.Written(record, decoded);
  }

  private AdapterRecord record(
      Version version,
      String frame,
      Encoding.Encoded encoded,
      Sha256 content,
      int samplesPartition) {
    Layout layout = version.candidate().weights().layout();
    return AdapterRecord.newBuilder()
        .setLineage(version.id().lineage().toString())
        .setVersion(version.id().number())
        .setParent(version.candidate().parent())
        .setKind(BLOCK_VALUES)
        .setFrame(frame)
        .setCodec(encoded.codec())
        .setBaseSha256(ByteBuffer.wrap(spec.baseSha256().bytes()))
        .setLayoutSha256(ByteBuffer.wrap(layout.hash().bytes()))
        .setTensors(tensors(layout))
        .setPayload(ByteBuffer.wrap(encoded.payload()))
        .setPayloadCrc32c(crc32c(encoded.payload()))
        .setChunkCount(0)
        .setContentSha256(ByteBuffer.wrap(content.bytes()))
        .setStateSha256(ByteBuffer.wrap(version.stateHash().bytes()))
        .setProvenance(provenance(version, samplesPartition))
        .setMetrics(version.metrics())
        .setCreatedAt(Instant.ofEpochMilli(version.eventTimeMillis()))
        .build();
  }

  private static List<TensorEntry> tensors(Layout layout) {
    return layout.blocks().stream().map(block -> tensor(layout, block)).toList();
  }

  private static TensorEntry tensor(Layout layout, Block block) {
    return TensorEntry.newBuilder()
        .setName(block.name())
        .setRole(block.role().name())
        .setShape(Arrays.stream(block.shape()).boxed().toList())
        .setOffset(layout.offset(block))
        .build();
  }

  private Provenance provenance(Version version, int samplesPartition) {
    return Provenance.newBuilder()
        .setMethod(version.method())
        .setConfigSha256(ByteBuffer.wrap(version.configHash().bytes()))
        .setSeed(version.seed())
        .setStep(version.step())
        .setSamples(version.samples())
        .setSamplesPartition(samplesPartition)
        .setFirstOffset(version.firstOffset())
        .setLastOffset(version.lastOffset())
        .setEngine(machine.engine())
        .setEngineThreads(machine.engineThreads())
        .setJvm(machine.jvm())
        .setPlatform(machine.platform())
        .setCpu(machine.cpu())
        .setOriginOffset(version.origin().offset())
        .setOriginVersion(version.origin().version())
        .build();
  }

  static long crc32c(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return crc.getValue();
  }
}
