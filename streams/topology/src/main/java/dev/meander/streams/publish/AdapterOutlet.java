package dev.meander.streams.publish;

import dev.meander.core.objects.ObjectStore;
import dev.meander.core.wire.Chunks;
import dev.meander.core.wire.Claim;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.streams.path.Outlet;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Writes the record of a version: in one piece, in chunks with the manifest last, or with its
 * payload in an object store.
 *
 * <p>Thread-safety: none; belongs to one processor.
 */
final class AdapterOutlet {

  private final Outlet adapters;
  private final PublishConfig config;
  private final @Nullable ObjectStore objects;

  AdapterOutlet(Outlet adapters, PublishConfig config, @Nullable ObjectStore objects) {
    this.adapters = adapters;
    this.config = config;
    this.objects = objects;
  }

  /**
   * Writes {@code whole}.
   *
   * @param headers of the version's own record
   * @return null when it was written, else why it is too large for that; then nothing was
   * @throws ObjectsUnavailableException when the object store did not take the payload
   */
  @Nullable String send(AdapterRecord whole, long timeMillis, Headers headers) {
    ByteBuffer payload = whole.getPayload();
    int bytes = payload == null ? 0 : payload.remaining();
    AdapterKey key = AdapterKey.of(whole.getLineage(), whole.getVersion());
    if (payload == null || bytes <= config.chunkBytes()) {
      return last(key, whole, timeMillis, headers);
    }
    if (bytes <= config.payloadBytesMax()) {
      return inChunks(key, Chunks.of(whole, config.chunkBytes()), timeMillis, headers);
    }
    if (objects == null) {
      return "expected a payload of at most publish.payload.max.bytes = "
          + config.payloadBytesMax()
          + " bytes or an object store in objects.dir, found "
          + bytes
          + " bytes and none";
    }
    return last(key, Claim.of(whole, put(objects, payload)), timeMillis, headers);
  }

  /** Records of the payload of {@code whole}, beside its own. */
  int chunks(AdapterRecord whole) {
    ByteBuffer payload = whole.getPayload();
    int bytes = payload == null ? 0 : payload.remaining();
    boolean cut = bytes > config.chunkBytes() && bytes <= config.payloadBytesMax();
    return cut ? (bytes - 1) / config.chunkBytes() + 1 : 0;
  }

  private @Nullable String inChunks(
      AdapterKey key, Chunks chunks, long timeMillis, Headers headers) {
    byte[] manifest = adapters.encode(chunks.manifest());
    String problem = problem(manifest);
    if (problem != null) {
      return problem;
    }
    for (int i = 0; i < chunks.count(); i++) {
      byte[] chunk = adapters.encode(chunks.chunk(i));
      adapters.send(key.chunk(i).toString(), chunk, timeMillis, new RecordHeaders());
    }
    adapters.send(key.toString(), manifest, timeMillis, headers);
    return null;
  }

  private @Nullable String last(
      AdapterKey key, AdapterRecord record, long timeMillis, Headers headers) {
    byte[] bytes = adapters.encode(record);
    String problem = problem(bytes);
    if (problem == null) {
      adapters.send(key.toString(), bytes, timeMillis, headers);
    }
    return problem;
  }

  private @Nullable String problem(byte[] record) {
    return record.length <= config.recordBytesMax()
        ? null
        : "expected an adapter record of at most publish.record.max.bytes = "
            + config.recordBytesMax()
            + " bytes, found "
            + record.length;
  }

  private static String put(ObjectStore objects, ByteBuffer payload) {
    try {
      return objects.put(payload);
    } catch (IOException e) {
      throw new ObjectsUnavailableException(
          "cannot put a payload of "
              + payload.remaining()
              + " bytes into the object store: "
              + e.getMessage(),
          e);
    }
  }
}
