package dev.meander.replay.data;

import dev.meander.replay.data.Stroke.Arc;
import dev.meander.replay.data.Stroke.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The ten shapes, drawn in a plane from -1 to 1 with y pointing down. Several differ only in a
 * part: ring and horseshoe, square and house, triangle and arrow, cross and fork.
 */
enum Glyph {
  RING(Arc.around(0, 0, 0.9, 0, 360)),
  HORSESHOE(Arc.around(0, 0, 0.9, 90, 250)),
  SPIRAL(
      Arc.around(0, 0, 0.9, 180, 180),
      Arc.around(0, 0.225, 0.675, 0, 180),
      Arc.around(0, 0, 0.45, 180, 180),
      Arc.around(0, 0.1, 0.35, 30, 120)),
  TRIANGLE(polygon(0, -0.95, 0.85, 0.6, -0.85, 0.6)),
  SQUARE(polygon(-0.75, -0.75, 0.75, -0.75, 0.75, 0.75, -0.75, 0.75)),
  HOUSE(polygon(-0.7, -0.15, 0, -0.95, 0.7, -0.15, 0.7, 0.8, -0.7, 0.8)),
  HOURGLASS(polygon(-0.7, -0.85, 0.7, -0.85, -0.7, 0.85, 0.7, 0.85)),
  CROSS(new Segment(0, -0.9, 0, 0.9), new Segment(-0.9, 0, 0.9, 0)),
  ARROW(
      new Segment(0, -0.9, 0, 0.95),
      new Segment(0, -0.9, 0.6, -0.25),
      new Segment(0, -0.9, -0.6, -0.25)),
  FORK(
      new Segment(0, -0.9, 0, 0.95),
      new Segment(-0.65, -0.85, -0.65, -0.1),
      new Segment(0.65, -0.85, 0.65, -0.1),
      new Segment(-0.65, -0.1, 0.65, -0.1));

  // a copy of records that nobody else holds
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Stroke> strokes;

  Glyph(Stroke... strokes) {
    this.strokes = List.of(strokes);
  }

  /** Lower-case name, as in class lists. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Distance of a point of the plane to the nearest stroke. */
  double distance(double x, double y) {
    double nearest = Double.POSITIVE_INFINITY;
    for (Stroke stroke : strokes) {
      nearest = Math.min(nearest, stroke.distance(x, y));
    }
    return nearest;
  }

  private static Stroke[] polygon(double... corners) {
    List<Stroke> sides = new ArrayList<>();
    for (int i = 0; i < corners.length; i += 2) {
      int next = (i + 2) % corners.length;
      sides.add(new Segment(corners[i], corners[i + 1], corners[next], corners[next + 1]));
    }
    return sides.toArray(Stroke[]::new);
  }
}
