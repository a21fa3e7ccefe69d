package dev.meander.replay.recorded;

/**
 * A part of a lineage's log: what lies within both the offsets and the event times.
 *
 * @param fromOffset first offset
 * @param toOffset last offset
 * @param fromMillis first event time
 * @param toMillis last event time
 */
public record ReplayRange(long fromOffset, long toOffset, long fromMillis, long toMillis) {

  /** Everything. */
  public static final ReplayRange ALL =
      new ReplayRange(0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);

  /** True when a sample or a version at this offset and event time is part of it. */
  public boolean includes(long offset, long eventTimeMillis) {
    return offset >= fromOffset
        && offset <= toOffset
        && eventTimeMillis >= fromMillis
        && eventTimeMillis <= toMillis;
  }
}
