package dev.meander.core.guard;

import java.util.List;
import java.util.Map;

/**
 * What the guard says of a candidate.
 *
 * @param outcome what happens next
 * @param reasons one sentence each, with numbers; empty only for PROMOTE
 * @param evidence the numbers that were looked at, by name
 */
public record Verdict(Outcome outcome, List<String> reasons, Map<String, Double> evidence) {

  /** Outcomes of the guard. The names are written to the wire and never change. */
  public enum Outcome {
    /** Publish it. */
    PROMOTE,
    /** Do not publish; the learner goes on. */
    HOLD,
    /** Do not publish; the learner returns to its last published state. */
    ROLLBACK,
    /** Too little evidence; treated as HOLD. */
    INCONCLUSIVE,
    /** Do not publish; the learner returns to the base model. */
    RESET
  }

  public Verdict {
    reasons = List.copyOf(reasons);
    evidence = Map.copyOf(evidence);
    if (outcome != Outcome.PROMOTE && reasons.isEmpty()) {
      throw new IllegalArgumentException("expected a reason for " + outcome + ", found none");
    }
  }
}
