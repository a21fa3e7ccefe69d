package dev.meander.core.wire;

import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.record.AdapterRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the chunks of a version together again, in the order of the log: chunk 0, 1, ... and then
 * the manifest, which alone makes a version of them. Each lineage has at most one payload in the
 * making; a chunk 0 begins it anew. Total: whatever comes, a manifest gives its record with the
 * whole payload, or a named refusal, and no more memory is taken than the bounds say.
 *
 * <p>Thread-safety: none.
 */
public final class ChunkAssembler {

  private final int payloadBytesMax;
  private long heldBytesMax;
  private final Map<String, Partial> partials = new HashMap<>();
  private long heldBytes;

  /** What a manifest gave. */
  public sealed interface Assembly {

    /**
     * The version's record with its whole payload.
     *
     * @param firstOffset where its chunk 0 was found
     */
    record Whole(AdapterRecord record, long firstOffset) implements Assembly {}

    /** Why there is none. */
    record Refused(AdapterRefusal reason, String message) implements Assembly {}

    /**
     * Nothing is wrong, but the bytes held for other lineages left no room; read the log again from
     * {@code firstOffset} on.
     */
    record NotHeld(long firstOffset) implements Assembly {}
  }

  /**
   * @param payloadBytesMax longest payload that is put together
   * @param heldBytesMax most bytes of payloads in the making, of all lineages together
   */
  public ChunkAssembler(int payloadBytesMax, long heldBytesMax) {
    this.payloadBytesMax = payloadBytesMax;
    this.heldBytesMax = heldBytesMax;
  }

  /** What every chunk and the manifest of one payload agree on. */
  private record Identity(
      String lineage, long version, int chunkCount, long payloadBytes, ByteBuffer content) {

    static Identity of(AdapterRecord record) {
      return new Identity(
          record.getLineage(),
          record.getVersion(),
          record.getChunkCount(),
          record.getPayloadBytes(),
          record.getContentSha256());
    }

    @Override
    public String toString() {
      return lineage
          + "/"
          + version
          + " with "
          + chunkCount
          + " chunks of "
          + payloadBytes
          + " bytes";
    }
  }

  /** A payload in the making, or why it will not be one. */
  private static final class Partial {
    final AdapterKey version;
    final long firstOffset;
    final Identity identity;
    byte @Nullable [] bytes;
    int length;
    int chunks;
    Assembly.@Nullable Refused refused;

    Partial(AdapterKey version, long firstOffset, AdapterRecord chunk) {
      this.version = version;
      this.firstOffset = firstOffset;
      this.identity = Identity.of(chunk);
    }
  }

  /**
   * Takes a chunk.
   *
   * @param key the record's key, of a chunk
   * @param offset where it was found
   */
  public void accept(AdapterKey key, AdapterRecord chunk, long offset) {
    AdapterKey version = AdapterKey.of(key.lineage(), key.version());
    Partial partial = partials.get(key.lineage());
    if (key.chunk() == 0) {
      partial = begin(version, chunk, offset);
    } else if (partial == null || !partial.version.equals(version)) {
      partial = new Partial(version, offset, chunk);
      refuse(partial, AdapterRefusal.MISSING_CHUNK, missing(partial, 0, key.chunk()));
      replace(partial);
    }
    if (partial.refused == null) {
      take(partial, key, chunk);
    }
  }

  private Partial begin(AdapterKey version, AdapterRecord chunk, long offset) {
    Partial partial = new Partial(version, offset, chunk);
    replace(partial);
    long length = chunk.getPayloadBytes();
    if (length < 1 || chunk.getChunkCount() < 1) {
      refuse(
          partial,
          AdapterRefusal.MALFORMED,
          "expected the first of at least 1 chunk of a payload of at least 1 byte, found one of "
              + chunk.getChunkCount()
              + " chunks and "
              + length
              + " bytes");
    } else if (length > payloadBytesMax) {
      refuse(partial, AdapterRefusal.TOO_LARGE, tooLarge(length));
    } else if (length <= heldBytesMax - heldBytes) {
      partial.bytes = new byte[(int) length];
      heldBytes += length;
    }
    return partial;
  }

  private String tooLarge(long length) {
    return "expected a payload of at most " + payloadBytesMax + " bytes, found " + length;
  }

  private void take(Partial partial, AdapterKey key, AdapterRecord chunk) {
    ByteBuffer piece = chunk.getPayload();
    if (!isOf(partial, key, chunk) || piece == null) {
      refuse(
          partial,
          AdapterRefusal.FOREIGN_CHUNK,
          "expected chunk "
              + key.chunk()
              + " of "
              + partial.identity
              + ", found chunk "
              + chunk.getChunk()
              + " of "
              + Identity.of(chunk));
      return;
    }
    if (Chunks.crc32c(piece) != chunk.getPayloadCrc32c()) {
      refuse(
          partial,
          AdapterRefusal.CORRUPT,
          String.format(
              "expected CRC-32C %08x of chunk %d, found %08x",
              chunk.getPayloadCrc32c(), key.chunk(), Chunks.crc32c(piece)));
      return;
    }
    if (key.chunk() != partial.chunks) {
      refuse(
          partial,
          key.chunk() < partial.chunks
              ? AdapterRefusal.DUPLICATE_CHUNK
              : AdapterRefusal.MISSING_CHUNK,
          missing(partial, partial.chunks, key.chunk()));
      return;
    }
    append(partial, piece);
  }

  private void append(Partial partial, ByteBuffer piece) {
    long length = (long) partial.length + piece.remaining();
    if (length > partial.identity.payloadBytes()) {
      refuse(
          partial,
          AdapterRefusal.TOO_LARGE,
          "expected chunks of "
              + partial.identity.payloadBytes()
              + " bytes together, found "
              + length);
      return;
    }
    byte[] bytes = partial.bytes;
    if (bytes != null) {
      piece.duplicate().get(bytes, partial.length, piece.remaining());
    }
    partial.length = (int) length;
    partial.chunks++;
  }

  private static boolean isOf(Partial partial, AdapterKey key, AdapterRecord chunk) {
    return chunk.getFrame().equals(Chunks.CHUNK)
        && chunk.getChunk() == key.chunk()
        && partial.version.equals(AdapterKey.of(chunk.getLineage(), chunk.getVersion()))
        && partial.identity.equals(Identity.of(chunk));
  }

  /**
   * The version that {@code manifest} makes of the chunks that came before it. Forgets them and
   * everything older of its lineage.
   *
   * @param manifest a record with chunks and without a payload
   */
  public Assembly assemble(AdapterRecord manifest) {
    Partial partial = partials.get(manifest.getLineage());
    if (partial == null || partial.version.version() != manifest.getVersion()) {
      passed(manifest.getLineage(), manifest.getVersion());
      return new Assembly.Refused(
          AdapterRefusal.MISSING_CHUNK,
          "expected " + manifest.getChunkCount() + " chunks before the manifest, found none");
    }
    passed(manifest.getLineage(), manifest.getVersion());
    if (partial.refused != null) {
      return partial.refused;
    }
    if (manifest.getPayload() != null || !partial.identity.equals(Identity.of(manifest))) {
      return new Assembly.Refused(
          AdapterRefusal.FOREIGN_CHUNK,
          "expected chunks of " + Identity.of(manifest) + ", found chunks of " + partial.identity);
    }
    if (partial.chunks != manifest.getChunkCount()
        || partial.length != manifest.getPayloadBytes()) {
      return new Assembly.Refused(
          AdapterRefusal.MISSING_CHUNK,
          "expected "
              + manifest.getChunkCount()
              + " chunks of "
              + manifest.getPayloadBytes()
              + " bytes before the manifest, found "
              + partial.chunks
              + " of "
              + partial.length);
    }
    byte[] bytes = partial.bytes;
    return bytes == null
        ? new Assembly.NotHeld(partial.firstOffset)
        : new Assembly.Whole(Chunks.with(manifest, ByteBuffer.wrap(bytes), 0), partial.firstOffset);
  }

  /** Forgets what is in the making of {@code lineage} up to {@code version}. */
  public void passed(String lineage, long version) {
    Partial partial = partials.get(lineage);
    if (partial != null && partial.version.version() <= version) {
      partials.remove(lineage);
      release(partial);
    }
  }

  /** Changes the bound on payloads in the making, for those that begin from now on. */
  public void holdAtMost(long bytes) {
    heldBytesMax = bytes;
  }

  /** Forgets everything, before the log is read from its beginning again. */
  public void clear() {
    partials.clear();
    heldBytes = 0;
  }

  /** Bytes of payloads in the making. */
  public long heldBytes() {
    return heldBytes;
  }

  private void replace(Partial partial) {
    Partial former = partials.put(partial.version.lineage(), partial);
    if (former != null) {
      release(former);
    }
  }

  private void refuse(Partial partial, AdapterRefusal reason, String message) {
    partial.refused = new Assembly.Refused(reason, message);
    release(partial);
    partial.bytes = null;
  }

  private void release(Partial partial) {
    byte[] bytes = partial.bytes;
    heldBytes -= bytes == null ? 0 : bytes.length;
  }

  private static String missing(Partial partial, int expected, int found) {
    return "expected chunk "
        + expected
        + " of "
        + partial.identity.chunkCount()
        + ", found chunk "
        + found;
  }
}
