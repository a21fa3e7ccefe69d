package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.AliasMoved;
import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A version's parent is the version before it, or an older one that a rollback made live; so every
 * chain of parents ends at the base model.
 */
public final class ParentsChain implements Guarantee {

  private final Map<String, Set<Long>> rolledBackTo = new HashMap<>();
  private final List<Published> older = new ArrayList<>();

  @Override
  public String law() {
    return "parents are a chain down to the base model";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Published version && version.parent() != version.number() - 1) {
      if (version.parent() < 0 || version.parent() >= version.number()) {
        throw broken(version);
      }
      older.add(version);
    } else if (seen instanceof AliasMoved alias && alias.rollback()) {
      rolledBackTo.computeIfAbsent(alias.lineage(), any -> new HashSet<>()).add(alias.live());
    } else if (seen instanceof Ended) {
      for (Published version : older) {
        if (!rolledBackTo.getOrDefault(version.lineage(), Set.of()).contains(version.parent())) {
          throw broken(version);
        }
      }
    }
  }

  private static Violation broken(Published version) {
    return new Violation(
        "expected parent "
            + (version.number() - 1)
            + " of version "
            + version.number()
            + " of "
            + version.lineage()
            + ", found "
            + version.parent());
  }
}
