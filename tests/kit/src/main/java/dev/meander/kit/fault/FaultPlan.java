package dev.meander.kit.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws faults from a seed. */
public final class FaultPlan {

  private FaultPlan() {}

  /**
   * Faults in a drawn order at which every point comes as often as every other, give or take one.
   *
   * @param random decides
   * @param count how many, {@code >= 0}
   * @param occurrencesMax the points, each with the largest occurrence that is drawn
   */
  public static List<Fault> draw(
      SplittableRandom random, int count, Map<FaultPoint, Integer> occurrencesMax) {
    List<FaultPoint> points = new ArrayList<>();
    while (points.size() < count) {
      points.addAll(shuffled(random, occurrencesMax));
    }
    return points.subList(0, count).stream()
        .map(point -> new Fault(point, 1 + random.nextInt(occurrencesMax.getOrDefault(point, 1))))
        .toList();
  }

  private static List<FaultPoint> shuffled(
      SplittableRandom random, Map<FaultPoint, Integer> occurrencesMax) {
    List<FaultPoint> points = new ArrayList<>(occurrencesMax.keySet());
    points.sort(null); // the order of a map is not the seed's
    for (int i = points.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      FaultPoint swapped = points.get(i);
      points.set(i, points.get(j));
      points.set(j, swapped);
    }
    return points;
  }
}
