package dev.meander.app.parity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the largest deviation per tensor of one trace. */
final class Deviations {

  private final String set;
  private final String trace;
  private final Map<String, Deviation> largest = new LinkedHashMap<>();

  Deviations(String set, String trace) {
    this.set = set;
    this.trace = trace;
  }

  /** Compares absolutely. */
  void compare(String tensor, float[] found, float[] expected, double tolerance) {
    double most = found.length == expected.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(found.length, expected.length); i++) {
      most = Math.max(most, distance(found[i], expected[i], 1));
    }
    add(tensor, most, tolerance);
  }

  /** Compares relatively to the expected value. */
  void compareRelative(String tensor, double found, double expected, double tolerance) {
    add(tensor, distance(found, expected, Math.max(Math.abs(expected), 1e-12)), tolerance);
  }

  private static double distance(double found, double expected, double unit) {
    if (Double.isNaN(found) || Double.isNaN(expected)) {
      return Double.isNaN(found) && Double.isNaN(expected) ? 0 : Double.POSITIVE_INFINITY;
    }
    return found == expected ? 0 : Math.abs(found - expected) / unit;
  }

  private void add(String tensor, double deviation, double tolerance) {
    Deviation now = new Deviation(set, trace, tensor, deviation, tolerance);
    largest.merge(tensor, now, (old, next) -> next.largest() > old.largest() ? next : old);
  }

  List<Deviation> all() {
    return new ArrayList<>(largest.values());
  }
}
