package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Published;
import java.util.HashMap;
import java.util.Map;

/** Numbers of a lineage's versions grow by one: none is missing, none comes twice. */
public final class VersionsGrowByOne implements Guarantee {

  private final Map<String, Long> newest = new HashMap<>();

  @Override
  public String law() {
    return "version numbers grow by one, without gap or repeat";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Published version) {
      long expected = newest.getOrDefault(version.lineage(), 0L) + 1;
      if (version.number() != expected) {
        throw new Violation(
            "expected version "
                + expected
                + " of "
                + version.lineage()
                + ", found "
                + version.number());
      }
      newest.put(version.lineage(), expected);
    }
  }
}
