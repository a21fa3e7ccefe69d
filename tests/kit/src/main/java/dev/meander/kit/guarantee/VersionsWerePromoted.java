package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Held;
import dev.meander.kit.guarantee.Observation.Judged;
import dev.meander.kit.guarantee.Observation.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Behind every version stands one accepting verdict, and no such verdict stays without a version
 * that was published or held.
 */
public final class VersionsWerePromoted implements Guarantee {

  private final Map<String, List<Long>> promoted = new HashMap<>();
  private final Map<String, List<Long>> became = new HashMap<>();

  @Override
  public String law() {
    return "every version has one accepting verdict, and no decision is lost";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Judged verdict && verdict.promoted()) {
      promoted.computeIfAbsent(verdict.lineage(), any -> new ArrayList<>()).add(verdict.version());
    } else if (seen instanceof Published version) {
      became(version.lineage(), version.number());
    } else if (seen instanceof Held version) {
      became(version.lineage(), version.number());
    } else if (seen instanceof Ended) {
      became.values().forEach(numbers -> numbers.sort(null));
      if (!promoted.equals(became)) {
        throw new Violation(
            "expected verdicts for the versions " + became + ", found them for " + promoted);
      }
    }
  }

  private void became(String lineage, long number) {
    became.computeIfAbsent(lineage, any -> new ArrayList<>()).add(number);
  }
}
