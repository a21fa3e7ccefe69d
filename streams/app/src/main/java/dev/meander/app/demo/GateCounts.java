package dev.meander.app.demo;

import dev.meander.core.gate.GateOutcome;
import dev.meander.schemas.record.Decision;
import java.util.HashMap;
import java.util.Map;

/**
 * What the gate did with events. Counts are cumulative for each lineage and partition, so the
 * newest decision of each counts and the others do not.
 *
 * <p>Thread-safety: none.
 */
final class GateCounts {

  private final Map<Origin, Map<String, Long>> newest = new HashMap<>();

  private record Origin(String lineage, int partition) {}

  /** Takes a decision; one of another stage changes nothing. */
  void take(Decision decision) {
    if (decision.getStage().equals("gate")) {
      newest.put(new Origin(decision.getLineage(), decision.getPartition()), decision.getCounts());
    }
  }

  /** Events the gate let through. */
  long admitted() {
    return sum(true);
  }

  /** Events the gate skipped. */
  long skipped() {
    return sum(false);
  }

  private long sum(boolean admitted) {
    long sum = 0;
    for (Map<String, Long> counts : newest.values()) {
      for (GateOutcome outcome : GateOutcome.values()) {
        if ((outcome == GateOutcome.ADMITTED) == admitted) {
          sum += counts.getOrDefault(outcome.name(), 0L);
        }
      }
    }
    return sum;
  }
}
