package dev.meander.core.wire;

import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Provenance;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A version whose payload is cut into chunks: records of the same type, each with a piece of the
 * payload, and a manifest, the version's own record without its payload. Written in order, the
 * manifest last, in one transaction, they are visible all at once or not at all.
 *
 * <p>A chunk is a record of frame {@link #CHUNK} and not of a type of its own, because a topic's
 * subject holds one record type, and every reader of the topic knows this one.
 *
 * <p>Thread-safety: immutable; shares the payload with the record it was made of.
 */
public final class Chunks {

  /** Frame of a record that is a piece of a payload. */
  public static final String CHUNK = "CHUNK";

  private static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final AdapterRecord whole;
  private final ByteBuffer payload;
  private final int chunkBytes;

  private Chunks(AdapterRecord whole, ByteBuffer payload, int chunkBytes) {
    this.whole = whole;
    this.payload = payload;
    this.chunkBytes = chunkBytes;
  }

  /**
   * Cuts the payload of {@code whole}.
   *
   * @param chunkBytes length of every piece but the last, {@code >= 1}
   * @throws IllegalArgumentException when it has no payload, or an empty one
   */
  public static Chunks of(AdapterRecord whole, int chunkBytes) {
    ByteBuffer payload = whole.getPayload();
    if (payload == null || !payload.hasRemaining() || chunkBytes < 1) {
      throw new IllegalArgumentException(
          "expected a payload and chunks of at least 1 byte, found "
              + (payload == null ? 0 : payload.remaining())
              + " bytes and chunks of "
              + chunkBytes);
    }
    return new Chunks(whole, payload, chunkBytes);
  }

  /** Number of chunks. */
  public int count() {
    return 1 + (payload.remaining() - 1) / chunkBytes;
  }

  /** Chunk {@code number}, from 0. */
  public AdapterRecord chunk(int number) {
    int from = Math.multiplyExact(number, chunkBytes);
    ByteBuffer piece = payload.slice(from, Math.min(chunkBytes, payload.remaining() - from));
    return AdapterRecord.newBuilder()
        .setLineage(whole.getLineage())
        .setVersion(whole.getVersion())
        .setParent(whole.getParent())
        .setKind(whole.getKind())
        .setFrame(CHUNK)
        .setCodec(whole.getCodec())
        .setBaseSha256(NONE)
        .setLayoutSha256(NONE)
        .setTensors(List.of())
        .setPayload(piece)
        .setPayloadCrc32c(crc32c(piece))
        .setChunkCount(count())
        .setChunk(number)
        .setPayloadBytes(payload.remaining())
        .setContentSha256(whole.getContentSha256())
        .setStateSha256(NONE)
        .setProvenance(nowhere())
        .setMetrics(Map.of())
        .setCreatedAt(whole.getCreatedAt())
        .build();
  }

  /** The record of the version: all but the payload, and how many chunks hold it. */
  public AdapterRecord manifest() {
    AdapterRecord manifest = with(whole, null, count());
    manifest.put("payloadBytes", (long) payload.remaining());
    return manifest;
  }

  /** {@code record} with another payload, which is not copied, as one of so many chunks. */
  static AdapterRecord with(AdapterRecord record, @Nullable ByteBuffer payload, int chunks) {
    AdapterRecord copy = new AdapterRecord();
    for (Schema.Field field : record.getSchema().getFields()) {
      copy.put(field.pos(), record.get(field.pos()));
    }
    copy.put("payload", payload);
    copy.put("chunkCount", chunks);
    return copy;
  }

  static long crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return crc.getValue();
  }

  /** A chunk comes from where its manifest says. */
  private static Provenance nowhere() {
    return Provenance.newBuilder()
        .setMethod("")
        .setConfigSha256(NONE)
        .setSeed(0)
        .setStep(0)
        .setSamples(0)
        .setSamplesPartition(-1)
        .setFirstOffset(-1)
        .setLastOffset(-1)
        .setEngine("")
        .setEngineThreads(0)
        .setJvm("")
        .setPlatform("")
        .setPauses(List.of())
        .build();
  }
}
