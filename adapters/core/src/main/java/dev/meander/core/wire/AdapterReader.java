package dev.meander.core.wire;

import dev.meander.core.codec.AdapterCodec;
import dev.meander.core.codec.CodecRefusal;
import dev.meander.core.codec.Codecs;
import dev.meander.core.codec.DeltaCodec;
import dev.meander.core.learner.Pause;
import dev.meander.core.math.Vectors;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import dev.meander.core.weights.Sha256;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies and decodes adapter records against the model they are meant for. Total: every record
 * gives weights or a named refusal. Checks in this order: identity, frame and codec, base, layout,
 * length, CRC, finite and bounded floats, content hash.
 *
 * <p>Thread-safety: immutable.
 */
public final class AdapterReader {

  /** Longer messages are cut: what a record claims must not fill acknowledgements. */
  static final int MESSAGE_MAX = 500;

  private final Sha256 baseSha256;
  private final Map<String, Block> inventory = new HashMap<>();
  private final double absoluteMax;

  /**
   * @param spec the base model
   * @param absoluteMax largest absolute float that is served
   */
  public AdapterReader(ModelSpec spec, double absoluteMax) {
    this.baseSha256 = spec.baseSha256();
    spec.inventory().blocks().forEach(block -> inventory.put(block.name(), block));
    this.absoluteMax = absoluteMax;
  }

  /** Where the floats of parents come from. */
  @FunctionalInterface
  public interface Parents {

    /** What was decoded of a version; null when that is not known. */
    @Nullable AdapterWeights of(LineageId lineage, long version);
  }

  /** Reads {@code record}, a key frame. */
  public AdapterReading read(AdapterRecord record) {
    return read(record, (lineage, version) -> null);
  }

  /** Reads {@code record}, a key frame or a change to one of {@code parents}. */
  public AdapterReading read(AdapterRecord record, Parents parents) {
    LineageId lineage;
    Sha256 content;
    try {
      lineage = LineageId.parse(record.getLineage());
      content = Sha256.wrap(bytes(record.getContentSha256()));
    } catch (IllegalArgumentException e) {
      return refused(AdapterRefusal.MALFORMED, String.valueOf(e.getMessage()));
    }
    if (record.getVersion() < 1) {
      return refused(
          AdapterRefusal.MALFORMED, "expected a version >= 1, found " + record.getVersion());
    }
    if (!(record.getFrame().equals(Framing.KEY) || isChange(record))
        || !record.getKind().equals(AdapterWriter.BLOCK_VALUES)
        || record.getChunkCount() != 0) {
      return refused(
          AdapterRefusal.UNKNOWN_FRAME,
          "expected a KEY or DELTA frame of block-values in one record, found a "
              + record.getFrame()
              + " frame of "
              + record.getKind()
              + " in "
              + record.getChunkCount()
              + " chunks");
    }
    Set<String> codecs = isChange(record) ? Codecs.deltaNames() : Codecs.wholeNames();
    if (!codecs.contains(record.getCodec())) {
      return refused(
          AdapterRefusal.UNKNOWN_CODEC,
          "expected a codec of " + String.join(", ", codecs) + ", found " + record.getCodec());
    }
    return decode(record, new AdapterVersion(lineage, record.getVersion(), content), parents);
  }

  /** True when {@code record} can be decoded only with its parent's floats. */
  public static boolean isChange(AdapterRecord record) {
    return record.getFrame().equals(Framing.DELTA);
  }

  /**
   * Samples that a version does not depend on.
   *
   * @throws IllegalArgumentException when they are none
   */
  public static List<Pause> pauses(Provenance provenance) {
    return provenance.getPauses().stream()
        .map(pause -> new Pause(pause.getFirstOffset(), pause.getLastOffset(), pause.getSamples()))
        .toList();
  }

  private AdapterReading decode(AdapterRecord record, AdapterVersion version, Parents parents) {
    byte[] base = bytes(record.getBaseSha256());
    if (base.length != Sha256.BYTES || !baseSha256.equals(Sha256.wrap(base))) {
      return refused(
          AdapterRefusal.OTHER_BASE,
          "expected an adapter for base "
              + baseSha256
              + ", found one for base "
              + (base.length == Sha256.BYTES ? Sha256.wrap(base) : base.length + " bytes"));
    }
    Layout layout = layout(record.getTensors());
    if (layout == null || !Arrays.equals(layout.hash().bytes(), bytes(record.getLayoutSha256()))) {
      return refused(
          AdapterRefusal.OTHER_LAYOUT,
          "expected blocks of the model in order of name, found another tensor table of "
              + record.getTensors().size()
              + " entries");
    }
    ByteBuffer buffer = record.getPayload();
    if (buffer == null) {
      return refused(AdapterRefusal.TRUNCATED, "expected a payload, found none");
    }
    byte[] payload = bytes(buffer);
    AdapterCodec.Decoded decoded;
    if (isChange(record)) {
      AdapterWeights parent = parents.of(version.lineage(), record.getParent());
      if (parent == null || !parent.layout().equals(layout)) {
        return refused(
            AdapterRefusal.MISSING_PARENT,
            "expected version "
                + record.getParent()
                + ", which this one is a change to, found "
                + (parent == null ? "none" : "one of " + parent.layout()));
      }
      decoded = change(record).decode(layout, parent.values(), payload);
    } else {
      decoded = Codecs.whole(record.getCodec()).orElseThrow().decode(layout, payload);
    }
    if (decoded instanceof AdapterCodec.Decoded.Refused refused) {
      return refused(reason(refused.reason()), refused.message());
    }
    if (AdapterWriter.crc32c(payload) != record.getPayloadCrc32c()) {
      return refused(
          AdapterRefusal.CORRUPT,
          String.format(
              "expected CRC-32C %08x, found %08x",
              record.getPayloadCrc32c(), AdapterWriter.crc32c(payload)));
    }
    return verify(layout, ((AdapterCodec.Decoded.Values) decoded).values(), version);
  }

  private static DeltaCodec change(AdapterRecord record) {
    return Codecs.delta(record.getCodec()).orElseThrow();
  }

  private AdapterReading verify(Layout layout, float[] values, AdapterVersion version) {
    if (!Vectors.allFinite(values)) {
      return refused(AdapterRefusal.NOT_FINITE, "expected finite floats, found NaN or infinity");
    }
    for (float value : values) {
      if (Math.abs(value) > absoluteMax) {
        return refused(
            AdapterRefusal.OUT_OF_BOUNDS,
            "expected floats of at most " + absoluteMax + " in size, found " + value);
      }
    }
    String negative = negativeVariance(layout, values);
    if (negative != null) {
      return refused(AdapterRefusal.OUT_OF_BOUNDS, negative);
    }
    AdapterWeights weights = AdapterWeights.owning(layout, values);
    Sha256 found = weights.contentHash();
    if (!found.equals(version.content())) {
      return refused(
          AdapterRefusal.OTHER_CONTENT,
          "expected content " + version.content() + ", found " + found);
    }
    return new AdapterReading.Verified(version, weights);
  }

  /** A negative variance would answer NaN; null when there is none. */
  private static @Nullable String negativeVariance(Layout layout, float[] values) {
    for (Block block : layout.blocks()) {
      int from = layout.offset(block);
      for (int i = from; block.role() == Role.RUNNING_VARIANCE && i < from + block.size(); i++) {
        if (values[i] < 0) {
          return "expected variances >= 0 in " + block.name() + ", found " + values[i];
        }
      }
    }
    return null;
  }

  /** The layout a tensor table names; null when it is not one of this model's. */
  private @Nullable Layout layout(List<TensorEntry> tensors) {
    Map<String, Block> blocks = new HashMap<>();
    for (TensorEntry entry : tensors) {
      Block block = inventory.get(entry.getName());
      if (block == null
          || !block.role().name().equals(entry.getRole())
          || !entry.getShape().equals(Arrays.stream(block.shape()).boxed().toList())
          || !entry.getDtype().equals(EventReader.FP32)
          || blocks.put(block.name(), block) != null) {
        return null;
      }
    }
    Layout layout = new Layout(List.copyOf(blocks.values()));
    for (TensorEntry entry : tensors) {
      Block block = blocks.get(entry.getName());
      if (block == null || layout.offset(block) != entry.getOffset()) {
        return null;
      }
    }
    return layout;
  }

  private static AdapterRefusal reason(CodecRefusal reason) {
    return switch (reason) {
      case WRONG_LENGTH -> AdapterRefusal.TRUNCATED;
      case MALFORMED -> AdapterRefusal.CORRUPT;
    };
  }

  /** The buffer's bytes, not copied where it is a whole array: a payload is long. */
  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer.hasArray() && buffer.remaining() == buffer.array().length) {
      return buffer.array();
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static AdapterReading refused(AdapterRefusal reason, String message) {
    return new AdapterReading.Refused(
        reason,
        message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX) + "…");
  }
}
