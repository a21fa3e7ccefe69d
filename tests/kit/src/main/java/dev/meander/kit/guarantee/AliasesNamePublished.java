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
 * An alias moves one epoch at a time, forward unless it is a rollback, and only to versions that
 * were published; and what was published last is not forgotten by it.
 */
public final class AliasesNamePublished implements Guarantee {

  private final Map<String, Set<Long>> published = new HashMap<>();
  private final Map<String, AliasMoved> newest = new HashMap<>();
  private final List<AliasMoved> moves = new ArrayList<>();

  @Override
  public String law() {
    return "aliases move epoch by epoch, and only to published versions";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Published version) {
      published.computeIfAbsent(version.lineage(), any -> new HashSet<>()).add(version.number());
    } else if (seen instanceof AliasMoved alias) {
      moved(alias);
    } else if (seen instanceof Ended) {
      ended();
    }
  }

  private void moved(AliasMoved alias) {
    AliasMoved former = newest.put(alias.lineage(), alias);
    long epoch = former == null ? 1 : former.epoch() + 1;
    if (alias.epoch() != epoch) {
      throw new Violation(
          "expected epoch " + epoch + " of " + alias.lineage() + ", found " + alias.epoch());
    }
    if (former != null && alias.live() <= former.live() && !alias.rollback()) {
      throw new Violation(
          "expected a live version of "
              + alias.lineage()
              + " above "
              + former.live()
              + ", found "
              + alias.live());
    }
    moves.add(alias);
  }

  private void ended() {
    for (AliasMoved alias : moves) {
      if (alias.live() != 0 && !published(alias.lineage()).contains(alias.live())) {
        throw new Violation(
            "expected a published version of "
                + alias.lineage()
                + " at epoch "
                + alias.epoch()
                + ", found "
                + alias.live());
      }
    }
    published.keySet().stream()
        .filter(lineage -> !newest.containsKey(lineage))
        .forEach(
            lineage -> {
              throw new Violation("expected an alias of " + lineage + ", found none");
            });
  }

  private Set<Long> published(String lineage) {
    return published.getOrDefault(lineage, Set.of());
  }
}
