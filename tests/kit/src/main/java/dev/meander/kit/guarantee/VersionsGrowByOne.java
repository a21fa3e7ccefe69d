package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Held;
import dev.meander.kit.guarantee.Observation.Published;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Numbers of a lineage's versions grow by one: none comes twice, and none is missing that was not
 * held.
 */
public final class VersionsGrowByOne implements Guarantee {

  private final Map<String, Long> newest = new HashMap<>();
  private final Map<String, Set<Long>> missing = new HashMap<>();
  private final Map<String, Set<Long>> held = new HashMap<>();

  @Override
  public String law() {
    return "version numbers grow by one, without gap or repeat";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Published version) {
      published(version);
    } else if (seen instanceof Held version) {
      held.computeIfAbsent(version.lineage(), any -> new HashSet<>()).add(version.number());
    } else if (seen instanceof Ended) {
      missing.forEach(this::explained);
    }
  }

  private void published(Published version) {
    long expected = newest.getOrDefault(version.lineage(), 0L) + 1;
    if (version.number() < expected) {
      throw broken(version.lineage(), expected, "version " + version.number());
    }
    for (long number = expected; number < version.number(); number++) {
      missing.computeIfAbsent(version.lineage(), any -> new HashSet<>()).add(number);
    }
    newest.put(version.lineage(), version.number());
  }

  private void explained(String lineage, Set<Long> numbers) {
    for (long number : numbers) {
      if (!held.getOrDefault(lineage, Set.of()).contains(number)) {
        throw broken(lineage, number, "none, and no reason");
      }
    }
  }

  private static Violation broken(String lineage, long expected, String found) {
    return new Violation("expected version " + expected + " of " + lineage + ", found " + found);
  }
}
