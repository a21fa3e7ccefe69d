package dev.meander.core.guard;

/** What follows when a limit of the guard is passed. Stronger ones come later. */
public enum Reaction {
  /** Nothing: the limit is not looked at. */
  NONE(Verdict.Outcome.PROMOTE),
  /** Do not publish; the learner goes on. */
  HOLD(Verdict.Outcome.HOLD),
  /** Do not publish; the learner returns to its last published state. */
  ROLLBACK(Verdict.Outcome.ROLLBACK),
  /** Do not publish; the learner returns to the base model. */
  RESET(Verdict.Outcome.RESET);

  private final Verdict.Outcome outcome;

  Reaction(Verdict.Outcome outcome) {
    this.outcome = outcome;
  }

  Verdict.Outcome outcome() {
    return outcome;
  }
}
