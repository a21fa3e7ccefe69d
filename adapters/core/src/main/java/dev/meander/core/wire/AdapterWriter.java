package dev.meander.core.wire;

import dev.meander.core.codec.AdapterCodec;
import dev.meander.core.learner.Version;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes versions as records: key frames that hold whole blocks.
 *
 * <p>Thread-safety: immutable.
 */
public final class AdapterWriter {

  /** Frame that holds the whole adapter. */
  public static final String KEY = "KEY";

  /** Kind whose payload is the blocks' own values; base blocks outside the layout stay. */
  public static final String BLOCK_VALUES = "block-values";

  private final ModelSpec spec;
  private final AdapterCodec codec;
  private final String jvm;
  private final String platform;

  /**
   * @param spec the base model
   * @param codec how payloads are encoded
   */
  public AdapterWriter(ModelSpec spec, AdapterCodec codec) {
    this.spec = spec;
    this.codec = codec;
    this.jvm = System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
    this.platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  /**
   * {@code version} as a record.
   *
   * @param samplesPartition partition of {@code samples} that its offsets belong to
   */
  public AdapterRecord write(Version version, int samplesPartition) {
    AdapterWeights weights = version.candidate().weights();
    byte[] payload = codec.encode(weights.layout(), weights.values());
    return AdapterRecord.newBuilder()
        .setLineage(version.id().lineage().toString())
        .setVersion(version.id().number())
        .setParent(version.candidate().parent())
        .setKind(BLOCK_VALUES)
        .setFrame(KEY)
        .setCodec(codec.name())
        .setBaseSha256(ByteBuffer.wrap(spec.baseSha256().bytes()))
        .setLayoutSha256(ByteBuffer.wrap(weights.layout().hash().bytes()))
        .setTensors(tensors(weights.layout()))
        .setPayload(ByteBuffer.wrap(payload))
        .setPayloadCrc32c(crc32c(payload))
        .setChunkCount(0)
        .setContentSha256(ByteBuffer.wrap(version.id().content().bytes()))
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
        .setEngine(spec.engine())
        .setEngineThreads(spec.engineThreads())
        .setJvm(jvm)
        .setPlatform(platform)
        .build();
  }

  static long crc32c(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return crc.getValue();
  }
}
