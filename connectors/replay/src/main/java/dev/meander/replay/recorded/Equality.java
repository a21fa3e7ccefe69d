package dev.meander.replay.recorded;

/** What a re-run says of a published version. The names are written to reports and never change. */
public enum Equality {
  /** The same content and the same learner state, bit for bit. */
  EQUAL,
  /** Another content or state from what should have given the same. */
  DIFFERENT,
  /** Not the same bits, and it was not made on a machine like this one. */
  NOT_COMPARABLE,
  /** Its samples are no longer on the log. */
  MISSING
}
