package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.AliasMoved;
import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Published;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A version's parent is the one that was published before it, or an older one that a rollback made
 * live; so every chain of parents ends at the base model.
 */
public final class ParentsChain implements Guarantee {

  private final Map<String, Set<Long>> rolledBackTo = new HashMap<>();
  private final Map<String, Long> newest = new HashMap<>();
  private final Map<Published, Long> older = new LinkedHashMap<>();

  @Override
  public String law() {
    return "parents are a chain down to the base model";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Published version) {
      long before = newest.getOrDefault(version.lineage(), 0L);
      newest.put(version.lineage(), version.number());
      if (version.parent() != before) {
        if (version.parent() < 0 || version.parent() > before) {
          throw broken(version, before);
        }
        older.put(version, before);
      }
    } else if (seen instanceof AliasMoved alias && alias.rollback()) {
      rolledBackTo.computeIfAbsent(alias.lineage(), any -> new HashSet<>()).add(alias.live());
    } else if (seen instanceof Ended) {
      older.forEach(
          (version, before) -> {
            if (!rolledBackTo
                .getOrDefault(version.lineage(), Set.of())
                .contains(version.parent())) {
              throw broken(version, before);
            }
          });
    }
  }

  private static Violation broken(Published version, long before) {
    return new Violation(
        "expected parent "
            + before
            + " of version "
            + version.number()
            + " of "
            + version.lineage()
            + ", found "
            + version.parent());
  }
}
