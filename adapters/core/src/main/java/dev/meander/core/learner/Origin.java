package dev.meander.core.learner;

/**
 * Where a learner was at the base model last, with nothing learned: what a replay of its versions
 * begins with.
 *
 * @param offset offset of the first sample it has used since; -1 before it has used any
 * @param version number of the last version before it; 0 when there was none
 */
public record Origin(long offset, long version) {

  /** Of a learner that has used no sample yet. */
  static final Origin NONE = new Origin(-1, 0);
}
