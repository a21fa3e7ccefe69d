package dev.meander.replay.corruption;

/**
 * A normalised Gaussian cut off at {@code radius = (int) (truncate sigma + .5)}, applied along rows
 * and then along columns. A radius of 0 changes nothing.
 */
final class GaussianFilter {

  private final double[] taps;
  private final Border border;

  /**
   * @param sigma standard deviation, pixels, at least 0
   * @param truncate radius in standard deviations
   */
  GaussianFilter(double sigma, double truncate, Border border) {
    int radius = (int) (truncate * sigma + 0.5);
    this.taps = new double[2 * radius + 1];
    this.border = border;
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      taps[radius + i] = radius == 0 ? 1 : StrictMath.exp(-i * i / (2 * sigma * sigma));
      sum += taps[radius + i];
    }
    for (int i = 0; i < taps.length; i++) {
      taps[i] /= sum;
    }
  }

  /** The filtered plane at {@code from}, {@code height width} values. */
  double[] apply(double[] values, int from, int height, int width) {
    int radius = taps.length / 2;
    double[] rows = new double[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
          sum += taps[radius + i] * values[from + row * width + border.inside(column + i, width)];
        }
        rows[row * width + column] = sum;
      }
    }
    double[] filtered = new double[height * width];
    for (int row = 0; row < height; row++) {
      for (int i = -radius; i <= radius; i++) {
        int source = border.inside(row + i, height) * width;
        for (int column = 0; column < width; column++) {
          filtered[row * width + column] += taps[radius + i] * rows[source + column];
        }
      }
    }
    return filtered;
  }
}
