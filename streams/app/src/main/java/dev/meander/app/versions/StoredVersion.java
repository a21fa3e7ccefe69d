package dev.meander.app.versions;

import dev.meander.replay.recorded.RecordedVersion;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.Printable;
import dev.meander.schemas.record.AdapterRecord;
import org.jspecify.annotations.Nullable;

/**
 * A version on the log, without its payload.
 *
 * @param record its own record
 * @param bytes of the payload as it is encoded
 * @param firstOffset where its first record lies
 * @param lastOffset where its own record lies
 */
public record StoredVersion(AdapterRecord record, long bytes, long firstOffset, long lastOffset) {

  public long number() {
    return record.getVersion();
  }

  /**
   * What keeps {@code record} from being a version or a chunk of one; null when nothing does. The
   * payload is not looked at.
   */
  static @Nullable String problem(AdapterRecord record, AdapterKey key) {
    if (!key.names(record.getLineage(), record.getVersion())) {
      return "expected a record of its key "
          + key
          + ", found one of "
          + Printable.shortened(record.getLineage())
          + "/"
          + record.getVersion();
    }
    if (key.isChunk()) {
      return null;
    }
    try {
      RecordedVersion.of(record);
      VersionLog.sha256(record.getLayoutSha256());
      return null;
    } catch (IllegalArgumentException e) {
      return "version " + key.version() + " is malformed: " + e.getMessage();
    }
  }
}
