package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Counted;
import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Sampled;
import java.util.HashMap;
import java.util.Map;

/**
 * A gate's counts never go down, and the last ones speak of every sample it let through: a report
 * that was under way when the gate died is made up for.
 */
public final class CountsGrow implements Guarantee {

  private static final String ADMITTED = "ADMITTED";

  private final Map<String, Map<String, Long>> newest = new HashMap<>();
  private final Map<String, Long> admitted = new HashMap<>();

  @Override
  public String law() {
    return "a gate's counts only grow, and reach every sample";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Counted report) {
      Map<String, Long> former =
          newest.put(key(report.lineage(), report.partition()), report.counts());
      if (former != null) {
        former.forEach((outcome, count) -> grown(report, outcome, count));
      }
    } else if (seen instanceof Sampled sample) {
      admitted.merge(key(sample.lineage(), sample.trafficPartition()), 1L, Long::sum);
    } else if (seen instanceof Ended) {
      admitted.forEach(this::reached);
    }
  }

  private static void grown(Counted report, String outcome, long former) {
    long now = report.counts().getOrDefault(outcome, 0L);
    if (now < former) {
      throw new Violation(
          "expected at least "
              + former
              + " "
              + outcome
              + " of "
              + report.lineage()
              + ", found "
              + now);
    }
  }

  private void reached(String gate, long samples) {
    long counted = newest.getOrDefault(gate, Map.of()).getOrDefault(ADMITTED, 0L);
    if (counted != samples) {
      throw new Violation(
          "expected " + samples + " " + ADMITTED + " of " + gate + ", found " + counted);
    }
  }

  private static String key(String lineage, int partition) {
    return lineage + " in " + partition;
  }
}
