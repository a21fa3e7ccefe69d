package dev.meander.core.guard;

/**
 * Judges a candidate before it is published.
 *
 * <p>Thread-safety: implementations without state are thread-safe and say so.
 */
public interface Guard {

  /** Says whether {@code candidate} may be published, with reasons. */
  Verdict judge(Candidate candidate, Evidence evidence);
}
