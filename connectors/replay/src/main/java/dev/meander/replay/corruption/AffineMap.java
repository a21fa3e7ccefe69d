package dev.meander.replay.corruption;

/**
 * Where the pixels of a moved image come from: {@code x' = a x + b y + c}, {@code y' = d x + e y +
 * f}.
 */
record AffineMap(double a, double b, double c, double d, double e, double f) {

  /** The map that takes three points, not on a line, to three others; a point is x, y. */
  static AffineMap of(double[][] points, double[][] images) {
    double x1 = points[1][0] - points[0][0];
    double y1 = points[1][1] - points[0][1];
    double x2 = points[2][0] - points[0][0];
    double y2 = points[2][1] - points[0][1];
    double determinant = x1 * y2 - x2 * y1;
    double[] first = row(points, images, 0, new double[] {x1, y1, x2, y2}, determinant);
    double[] second = row(points, images, 1, new double[] {x1, y1, x2, y2}, determinant);
    return new AffineMap(first[0], first[1], first[2], second[0], second[1], second[2]);
  }

  private static double[] row(
      double[][] points, double[][] images, int axis, double[] edges, double determinant) {
    double u1 = images[1][axis] - images[0][axis];
    double u2 = images[2][axis] - images[0][axis];
    double byX = (u1 * edges[3] - u2 * edges[1]) / determinant;
    double byY = (u2 * edges[0] - u1 * edges[2]) / determinant;
    return new double[] {byX, byY, images[0][axis] - byX * points[0][0] - byY * points[0][1]};
  }

  /** Turns about the middle of an image. */
  static AffineMap rotation(double degrees, int height, int width) {
    double angle = StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double x = (width - 1) / 2.0;
    double y = (height - 1) / 2.0;
    return new AffineMap(cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y);
  }

  /** The plane at {@code from}, every pixel taken from where the map says. */
  double[] apply(double[] values, int from, int height, int width, Border border) {
    double[] moved = new double[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double x = a * column + b * row + c;
        double y = d * column + e * row + f;
        moved[row * width + column] = Bilinear.at(values, from, height, width, y, x, border);
      }
    }
    return moved;
  }
}
