package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.AliasMoved;
import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Published;
import dev.meander.kit.guarantee.Observation.Retired;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A version is removed from the log at most once, after it was published, and not while it is live.
 */
public final class VersionsGoOnce implements Guarantee {

  private final Map<String, Set<Long>> published = new HashMap<>();
  private final Map<String, Set<Long>> retired = new HashMap<>();
  private final Map<String, Long> live = new HashMap<>();

  @Override
  public String law() {
    return "a version is removed once, and never the live one";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Published version) {
      published.computeIfAbsent(version.lineage(), any -> new HashSet<>()).add(version.number());
    } else if (seen instanceof Retired version) {
      retired(version);
    } else if (seen instanceof AliasMoved alias) {
      live.put(alias.lineage(), alias.live());
    } else if (seen instanceof Ended) {
      live.forEach(this::isThere);
    }
  }

  private void retired(Retired version) {
    if (!published.getOrDefault(version.lineage(), Set.of()).contains(version.number())) {
      throw new Violation(
          "expected only published versions of "
              + version.lineage()
              + " to be removed, found "
              + version.number());
    }
    if (!retired.computeIfAbsent(version.lineage(), any -> new HashSet<>()).add(version.number())) {
      throw new Violation(
          "expected version "
              + version.number()
              + " of "
              + version.lineage()
              + " to be removed once, found it twice");
    }
  }

  private void isThere(String lineage, long version) {
    if (retired.getOrDefault(lineage, Set.of()).contains(version)) {
      throw new Violation(
          "expected version " + version + " of " + lineage + ", which is live, found it removed");
    }
  }
}
