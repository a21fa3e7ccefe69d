package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.fault.FaultPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The kills of one run, each with what was seen of it while the process still lived. A run that
 * never was where it meant to be must not pass.
 */
final class Kills {

  private final List<Kill> kills = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * One of them.
   *
   * @param where the process stood
   * @param seen what the cluster showed of it
   */
  private record Kill(String where, String seen) {
    @Override
    public String toString() {
      return where + (seen.isEmpty() ? "" : " (" + seen + ")");
    }
  }

  /** Something else that was done to the application, for failures. */
  void note(String what) {
    notes.add(what + " after kill " + kills.size());
  }

  void add(String where, String seen) {
    kills.add(new Kill(where, seen));
  }

  /** Kills by where the process stood. */
  Map<String, Integer> byKind() {
    Map<String, Integer> counts = new TreeMap<>();
    kills.forEach(kill -> counts.merge(kill.where().replaceAll("[: ].*", ""), 1, Integer::sum));
    return counts;
  }

  /** Holds that there were {@code count} kills or more, and one at each of {@code points}. */
  void assertAmongThem(int count, Set<FaultPoint> points) {
    assertThat(kills).as(toString()).hasSizeGreaterThanOrEqualTo(count);
    assertThat(byKind())
        .as(toString())
        .containsKeys(points.stream().map(FaultPoint::name).toArray(String[]::new));
  }

  @Override
  public String toString() {
    return kills.size()
        + " kills "
        + byKind()
        + ": "
        + kills
        + (notes.isEmpty() ? "" : ", " + notes);
  }
}
