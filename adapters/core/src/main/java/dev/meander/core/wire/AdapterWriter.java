package dev.meander.core.wire;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.codec.Encoding;
import dev.meander.core.learner.Pause;
import dev.meander.core.learner.Version;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.PauseEntry;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes versions as records. The content hash is that of the floats a node decodes, which a lossy
 * codec makes another than the learner's own.
 *
 * <p>Thread-safety: immutable.
 */
public final class AdapterWriter {

  /** Kind whose payload is the blocks' own values; base blocks outside the layout stay. */
  public static final String BLOCK_VALUES = "block-values";

  private final ModelSpec spec;
  private final Framing.Config framing;
  private final Machine machine;

  /**
   * @param spec the base model
   * @param choice how payloads are encoded, every version whole
   */
  public AdapterWriter(ModelSpec spec, CodecChoice choice) {
    this(spec, new Framing.Config(choice, 1, 0));
  }

  /**
   * @param spec the base model
   * @param framing how payloads are encoded, and which versions as changes
   */
  public AdapterWriter(ModelSpec spec, Framing.Config framing) {
    this.spec = spec;
    this.framing = framing;
    this.machine = Machine.here(spec);
  }

  /**
   * {@code version} as a key frame that comes from the parent its learner names.
   *
   * @param samplesPartition partition of {@code samples} that its offsets belong to
   */
  public AdapterWriting write(Version version, int samplesPartition) {
    return write(version, new Framing(framing).frame(version), samplesPartition);
  }

  /** How payloads are encoded, and which versions as changes. */
  public Framing.Config framing() {
    return framing;
  }

  /**
   * {@code version} as {@code frame} says.
   *
   * @param frame what the lineage's framing made of it
   * @param samplesPartition partition of {@code samples} that its offsets belong to
   */
  public AdapterWriting write(Version version, Framing.Frame frame, int samplesPartition) {
    if (frame.encoding() instanceof Encoding.Refused refused) {
      return new AdapterWriting.NotRepresentable(refused.codec(), refused.message());
    }
    Encoding.Encoded encoded = (Encoding.Encoded) frame.encoding();
    AdapterWeights weights = version.candidate().weights();
    boolean exact = encoded.decoded() == weights.values();
    AdapterWeights decoded =
        exact ? weights : AdapterWeights.owning(weights.layout(), encoded.decoded());
    Sha256 content = exact ? version.id().content() : decoded.contentHash();
    AdapterRecord record = record(version, frame, encoded, content, samplesPartition);
    return new AdapterWriting.Written(record, decoded);
  }

  private AdapterRecord record(
      Version version,
      Framing.Frame frame,
      Encoding.Encoded encoded,
      Sha256 content,
      int samplesPartition) {
    AdapterWeights weights = version.candidate().weights();
    double relativeError =
        encoded.relativeError(weights.values(), version.candidate().base().values());
    return AdapterRecord.newBuilder()
        .setLineage(version.id().lineage().toString())
        .setVersion(version.id().number())
        .setParent(frame.parent())
        .setKind(BLOCK_VALUES)
        .setFrame(frame.type())
        .setCodec(encoded.codec())
        .setBaseSha256(ByteBuffer.wrap(spec.baseSha256().bytes()))
        .setLayoutSha256(ByteBuffer.wrap(weights.layout().hash().bytes()))
        .setTensors(tensors(weights.layout()))
        .setPayload(ByteBuffer.wrap(encoded.payload()))
        .setPayloadCrc32c(crc32c(encoded.payload()))
        .setChunkCount(0)
        .setContentSha256(ByteBuffer.wrap(content.bytes()))
        .setStateSha256(ByteBuffer.wrap(version.stateHash().bytes()))
        .setProvenance(provenance(version, frame.firstOffset(), samplesPartition))
        .setMetrics(version.metrics())
        .setRelativeError(relativeError)
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

  private Provenance provenance(Version version, long firstOffset, int samplesPartition) {
    return Provenance.newBuilder()
        .setMethod(version.method())
        .setConfigSha256(ByteBuffer.wrap(version.configHash().bytes()))
        .setSeed(version.seed())
        .setStep(version.step())
        .setSamples(version.samples())
        .setSamplesPartition(samplesPartition)
        .setFirstOffset(firstOffset)
        .setLastOffset(version.lastOffset())
        .setEngine(machine.engine())
        .setEngineThreads(machine.engineThreads())
        .setJvm(machine.jvm())
        .setPlatform(machine.platform())
        .setCpu(machine.cpu())
        .setOriginOffset(version.origin().offset())
        .setOriginVersion(version.origin().version())
        .setPauses(version.pauses().stream().map(AdapterWriter::pause).toList())
        .build();
  }

  private static PauseEntry pause(Pause pause) {
    return PauseEntry.newBuilder()
        .setFirstOffset(pause.firstOffset())
        .setLastOffset(pause.lastOffset())
        .setSamples(pause.samples())
        .build();
  }

  static long crc32c(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return crc.getValue();
  }
}
