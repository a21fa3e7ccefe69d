package dev.meander.serving.subscribe;

/**
 * Where a version lies on the topic of adapters.
 *
 * @param offset of its own record
 * @param firstOffset of its first chunk, which is at most {@code offset} and equals it where there
 *     are no chunks
 * @param parent version that it is a change to; 0 of a version that is written whole
 */
record LogPosition(int partition, long offset, long firstOffset, long parent) {

  /** Of a version that is whole, in one record. */
  LogPosition(int partition, long offset) {
    this(partition, offset, offset, 0);
  }
}
