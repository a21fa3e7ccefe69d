package dev.meander.core.guard;

import dev.meander.core.math.Vectors;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Bounds that hold for every method: finite floats, positive variances, and a budget for the
 * distance from the base model.
 *
 * <ul>
 *   <li>a NaN or infinite float, or a negative variance: ROLLBACK;
 *   <li>{@code |theta - theta_0| > driftMax * |theta_0|} over trained blocks: as configured, HOLD
 *       by default.
 * </ul>
 *
 * <p>Thread-safety: stateless.
 */
public final class BoundsGuard implements Guard {

  private final GuardConfig config;

  public BoundsGuard(GuardConfig config) {
    this.config = config;
  }

  @Override
  public Verdict judge(Candidate candidate, Evidence evidence) {
    AdapterWeights weights = candidate.weights();
    Map<String, Double> numbers = new TreeMap<>();
    numbers.put("loss", evidence.loss());
    numbers.put("gradientNorm", evidence.gradientNorm());
    numbers.put("meanEntropy", evidence.meanEntropy());
    float[] floats = weights.values();
    for (Block block : weights.layout().blocks()) {
      int from = weights.layout().offset(block);
      int to = from + block.size();
      if (!Vectors.allFinite(floats, from, to)) {
        return new Verdict(
            Verdict.Outcome.ROLLBACK, List.of(block.name() + " is not finite"), numbers);
      }
      if (block.role() == Role.RUNNING_VARIANCE && anyNegative(floats, from, to)) {
        return new Verdict(
            Verdict.Outcome.ROLLBACK, List.of(block.name() + " is negative"), numbers);
      }
    }
    double drift = drift(candidate);
    numbers.put("drift", drift);
    List<String> reasons = new ArrayList<>();
    boolean beyond = config.onDrift() != Reaction.NONE && drift > config.driftMax();
    if (beyond) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "drift from the base %.4f > guard.drift.max %.4f",
              drift,
              config.driftMax()));
    }
    return new Verdict(
        beyond ? config.onDrift().outcome() : Verdict.Outcome.PROMOTE, reasons, numbers);
  }

  private static boolean anyNegative(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (values[i] < 0) {
        return true;
      }
    }
    return false;
  }

  private static double drift(Candidate candidate) {
    double distance = 0;
    double norm = 0;
    Layout layout = candidate.weights().layout();
    float[] now = candidate.weights().values();
    float[] base = candidate.base().values();
    for (Block block : layout.blocks()) {
      if (block.role().isStatistic()) {
        continue;
      }
      int from = layout.offset(block);
      int to = from + block.size();
      double blockDistance = Vectors.distance(now, base, from, to);
      double blockNorm = Vectors.norm(base, from, to);
      distance += blockDistance * blockDistance;
      norm += blockNorm * blockNorm;
    }
    return norm == 0 ? 0 : Math.sqrt(distance / norm);
  }
}
