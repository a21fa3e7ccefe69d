package dev.meander.core.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Several guards as one: the strongest outcome, the reasons of all, the numbers of all.
 *
 * <p>Thread-safety: that of the guards.
 */
public final class EveryGuard implements Guard {

  private static final List<Verdict.Outcome> BY_STRENGTH =
      List.of(
          Verdict.Outcome.PROMOTE,
          Verdict.Outcome.INCONCLUSIVE,
          Verdict.Outcome.HOLD,
          Verdict.Outcome.ROLLBACK,
          Verdict.Outcome.RESET);

  private final List<Guard> guards;

  public EveryGuard(Guard... guards) {
    this.guards = List.of(guards);
  }

  /** The guard that a configuration asks for. */
  public static Guard of(GuardConfig config) {
    Guard bounds = new BoundsGuard(config);
    return config.collapse().isOn()
        ? new EveryGuard(bounds, new CollapseGuard(config.collapse()))
        : bounds;
  }

  @Override
  public Verdict judge(Candidate candidate, Evidence evidence) {
    Verdict.Outcome outcome = Verdict.Outcome.PROMOTE;
    List<String> reasons = new ArrayList<>();
    Map<String, Double> numbers = new TreeMap<>();
    for (Guard guard : guards) {
      Verdict verdict = guard.judge(candidate, evidence);
      if (BY_STRENGTH.indexOf(verdict.outcome()) > BY_STRENGTH.indexOf(outcome)) {
        outcome = verdict.outcome();
      }
      reasons.addAll(verdict.reasons());
      numbers.putAll(verdict.evidence());
    }
    return new Verdict(outcome, reasons, numbers);
  }
}
