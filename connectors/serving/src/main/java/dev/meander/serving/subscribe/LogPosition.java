package dev.meander.serving.subscribe;

/**
 * Where a version lies on the topic of adapters.
 *
 * @param offset of its own record
 * @param firstOffset of its first chunk, which is at most {@code offset} and equals it where there
 *     are no chunks
 */
record LogPosition(int partition, long offset, long firstOffset) {

  /** Of a version in one record. */
  LogPosition(int partition, long offset) {
    this(partition, offset, offset);
  }
}
