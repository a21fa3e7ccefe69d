package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.AliasMoved;
import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Published;
import dev.meander.kit.guarantee.Observation.Served;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A node serves what was published, and goes back to an older version only where a rollback made
 * that one live.
 */
public final class ServedWasPublished implements Guarantee {

  private final Map<String, Set<Long>> published = new HashMap<>();
  private final Map<String, Set<Long>> rolledBackTo = new HashMap<>();
  private final List<Served> acknowledged = new ArrayList<>();

  @Override
  public String law() {
    return "nodes serve published versions, and go back by rollbacks only";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Published version) {
      add(published, version.lineage(), version.number());
    } else if (seen instanceof AliasMoved alias && alias.rollback()) {
      add(rolledBackTo, alias.lineage(), alias.live());
    } else if (seen instanceof Served served) {
      acknowledged.add(served);
    } else if (seen instanceof Ended) {
      Map<String, Long> newest = new HashMap<>();
      acknowledged.forEach(served -> check(served, newest));
    }
  }

  private static void add(Map<String, Set<Long>> versions, String lineage, long version) {
    versions.computeIfAbsent(lineage, any -> new HashSet<>()).add(version);
  }

  private void check(Served served, Map<String, Long> newest) {
    String lineage = served.lineage();
    long version = served.version();
    if (version != 0 && !published.getOrDefault(lineage, Set.of()).contains(version)) {
      throw new Violation(
          "expected "
              + served.node()
              + " to serve a published version of "
              + lineage
              + ", found "
              + version);
    }
    Long former = newest.put(served.node() + " " + lineage, version);
    if (former != null
        && version < former
        && !rolledBackTo.getOrDefault(lineage, Set.of()).contains(version)) {
      throw new Violation(
          "expected "
              + served.node()
              + " to serve version "
              + former
              + " of "
              + lineage
              + " or a newer one, found "
              + version);
    }
  }
}
