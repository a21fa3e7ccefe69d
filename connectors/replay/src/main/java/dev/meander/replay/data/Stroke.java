package dev.meander.replay.data;

/** A curve without width, in the plane of a glyph. */
sealed interface Stroke {

  /** Distance of a point to the nearest point of the curve. */
  double distance(double x, double y);

  /** A straight line between two points. */
  record Segment(double x0, double y0, double x1, double y1) implements Stroke {

    @Override
    public double distance(double x, double y) {
      double dx = x1 - x0;
      double dy = y1 - y0;
      double along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy);
      double t = Math.max(0, Math.min(1, along));
      return length(x - x0 - t * dx, y - y0 - t * dy);
    }
  }

  /**
   * A part of a circle.
   *
   * @param middleX x of the unit vector from the centre to the middle of the arc
   * @param middleY y of that vector
   * @param cosHalf cosine of half the opening angle; -1 for a full circle
   */
  record Arc(
      double centreX, double centreY, double radius, double middleX, double middleY, double cosHalf)
      implements Stroke {

    /** The arc of {@code spanDegrees} around {@code middleDegrees}, clockwise from the x axis. */
    static Arc around(
        double centreX, double centreY, double radius, double middleDegrees, double spanDegrees) {
      double middle = StrictMath.toRadians(middleDegrees);
      return new Arc(
          centreX,
          centreY,
          radius,
          StrictMath.cos(middle),
          StrictMath.sin(middle),
          StrictMath.cos(StrictMath.toRadians(spanDegrees / 2)));
    }

    @Override
    public double distance(double x, double y) {
      double px = x - centreX;
      double py = y - centreY;
      double fromCentre = length(px, py);
      if (px * middleX + py * middleY >= cosHalf * fromCentre) {
        return Math.abs(fromCentre - radius);
      }
      double sinHalf = Math.sqrt(Math.max(0, 1 - cosHalf * cosHalf));
      double cosX = radius * cosHalf * middleX;
      double cosY = radius * cosHalf * middleY;
      double sinX = -radius * sinHalf * middleY;
      double sinY = radius * sinHalf * middleX;
      return Math.min(
          length(px - cosX - sinX, py - cosY - sinY), length(px - cosX + sinX, py - cosY + sinY));
    }
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }
}
