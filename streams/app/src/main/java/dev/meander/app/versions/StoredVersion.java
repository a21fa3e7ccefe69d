package dev.meander.app.versions;

import dev.meander.schemas.record.AdapterRecord;

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
}
