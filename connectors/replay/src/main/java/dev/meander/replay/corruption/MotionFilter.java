package dev.meander.replay.corruption;

/**
 * Blur along a line, one-sided as in the imaging library of the recipe: tap i of {@code 2 radius +
 * 1} has weight {@code exp(-i^2 / (2 sigma^2))} and lies i pixels along the angle, rounded to whole
 * pixels. Beyond the edge the edge is repeated.
 */
final class MotionFilter {

  private final double[] taps;

  /**
   * @param radius whole pixels
   * @param sigma standard deviation, pixels
   */
  MotionFilter(int radius, double sigma) {
    this.taps = new double[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < taps.length; i++) {
      taps[i] = StrictMath.exp(-i * i / (2 * sigma * sigma));
      sum += taps[i];
    }
    for (int i = 0; i < taps.length; i++) {
      taps[i] /= sum;
    }
  }

  /** The blurred plane at {@code from}; the angle is clockwise from the row, y pointing down. */
  double[] apply(double[] values, int from, int height, int width, double degrees) {
    double angle = StrictMath.toRadians(degrees);
    int[] dx = offsets(StrictMath.cos(angle));
    int[] dy = offsets(StrictMath.sin(angle));
    double[] blurred = new double[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double sum = 0;
        for (int i = 0; i < taps.length; i++) {
          int y = Border.REPEATED.inside(row + dy[i], height);
          int x = Border.REPEATED.inside(column + dx[i], width);
          sum += taps[i] * values[from + y * width + x];
        }
        blurred[row * width + column] = sum;
      }
    }
    return blurred;
  }

  private int[] offsets(double share) {
    int[] offsets = new int[taps.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = (int) Math.ceil(i * share - 0.5);
    }
    return offsets;
  }
}
