package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The versions of a run are those of another: numbers, parents, contents and the learner's states,
 * which hold memory and optimiser. Only offsets may differ, because commits take some.
 */
public final class SameVersions implements Guarantee {

  private final Map<String, List<String>> expected;
  private final Map<String, Integer> seen = new HashMap<>();

  /**
   * @param expected versions of the other run, in order per lineage
   */
  public SameVersions(Iterable<Published> expected) {
    this.expected = new HashMap<>();
    expected.forEach(
        version ->
            this.expected
                .computeIfAbsent(version.lineage(), any -> new ArrayList<>())
                .add(text(version)));
  }

  private static String text(Published version) {
    return version.number()
        + " of "
        + version.parent()
        + " after "
        + version.samples()
        + " samples: content "
        + version.content()
        + ", state "
        + version.state();
  }

  @Override
  public String law() {
    return "versions are those of the uninterrupted run";
  }

  @Override
  public void observe(Observation next) {
    if (next instanceof Published version) {
      int index = seen.merge(version.lineage(), 1, Integer::sum) - 1;
      List<String> others = expected.getOrDefault(version.lineage(), List.of());
      String other = index < others.size() ? others.get(index) : "no further version";
      if (!other.equals(text(version))) {
        throw new Violation(
            "expected " + version.lineage() + " " + other + "; found " + text(version));
      }
    } else if (next instanceof Ended) {
      expected.forEach(this::complete);
    }
  }

  private void complete(String lineage, List<String> versions) {
    int found = seen.getOrDefault(lineage, 0);
    if (found != versions.size()) {
      throw new Violation(
          "expected " + versions.size() + " versions of " + lineage + ", found " + found);
    }
  }
}
