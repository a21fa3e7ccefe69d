package dev.meander.streams.publish;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.objects.FolderObjectStore;
import java.util.List;
import java.util.stream.Stream;

/**
 * How versions are written.
 *
 * @param recordBytesMax largest record of an adapter; a version whose own record needs more without
 *     its payload is held
 * @param chunkBytes payload of one chunk; a larger payload is cut
 * @param payloadBytesMax largest payload that goes through the log; a larger one goes to the object
 *     store, and is held where there is none
 * @param objectsFolder value of {@link FolderObjectStore#FOLDER}
 * @param frames how floats are encoded, and which versions as changes
 * @param versionsKept newest versions of a lineage that stay on the log
 */
public record PublishConfig(
    int recordBytesMax,
    int chunkBytes,
    int payloadBytesMax,
    String objectsFolder,
    FrameConfig frames,
    int versionsKept) {

  /** What a chunk is besides its piece of the payload. */
  private static final int CHUNK_OVERHEAD_BYTES = 1_024;

  private static final int RECORD_BYTES_LIMIT = 64 << 20;
  private static final int PAYLOAD_BYTES_LIMIT = 1 << 30;

  public static final Option<Integer> RECORD_BYTES_MAX =
      Option.count(
          "publish.record.max.bytes",
          900 * 1_024,
          2_048,
          RECORD_BYTES_LIMIT,
          "Largest adapter record; a version whose own record needs more is held.");
  public static final Option<Integer> CHUNK_BYTES =
      Option.count(
          "publish.chunk.bytes",
          512 * 1_024,
          64,
          RECORD_BYTES_LIMIT,
          "Payload of one record; a larger payload is cut into chunks of this size.");
  public static final Option<Integer> PAYLOAD_BYTES_MAX =
      Option.count(
          "publish.payload.max.bytes",
          256 << 20,
          64,
          PAYLOAD_BYTES_LIMIT,
          "Largest payload that goes through the log; a larger one goes to objects.dir or is held.");

  public static final Option<Integer> VERSIONS_KEPT =
      Option.count(
          "publish.versions.kept",
          100,
          2,
          1_000,
          "Newest versions of a lineage that stay on the log, beside those an alias names.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS =
      Stream.concat(
              Stream.of(
                  RECORD_BYTES_MAX,
                  CHUNK_BYTES,
                  PAYLOAD_BYTES_MAX,
                  FolderObjectStore.FOLDER,
                  VERSIONS_KEPT),
              FrameConfig.OPTIONS.stream())
          .toList();

  public PublishConfig {
    if (chunkBytes > recordBytesMax - CHUNK_OVERHEAD_BYTES) {
      throw new IllegalArgumentException(
          "publish.chunk.bytes: expected at most publish.record.max.bytes less "
              + CHUNK_OVERHEAD_BYTES
              + " = "
              + (recordBytesMax - CHUNK_OVERHEAD_BYTES)
              + ", found "
              + chunkBytes);
    }
  }

  /**
   * The publisher's part of {@code settings}.
   *
   * @throws IllegalArgumentException when values contradict each other
   */
  public static PublishConfig from(Settings settings) {
    return new PublishConfig(
        settings.get(RECORD_BYTES_MAX),
        settings.get(CHUNK_BYTES),
        settings.get(PAYLOAD_BYTES_MAX),
        settings.get(FolderObjectStore.FOLDER),
        FrameConfig.from(settings),
        settings.get(VERSIONS_KEPT));
  }
}
