package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * Gaussian blur; then, from bottom right to top left, every pixel takes the value of a neighbour 0
 * or 1 above and 0 or 1 to the left, all channels alike; then blur again.
 *
 * <p>The published code means to swap the two pixels, but its arrays are views, so that it copies.
 * Its loops leave out the first two rows and columns.
 */
final class GlassBlur implements Recipe {

  private static final double[] SIGMA = {0.05, 0.25, 0.4, 0.25, 0.4};
  private static final int[] ROUNDS = {1, 1, 1, 2, 2};
  private static final int FIRST = 2;
  private static final double TRUNCATE = 4;

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    GaussianFilter blur = new GaussianFilter(SIGMA[severity - 1], TRUNCATE, Border.REPEATED);
    int height = source.height();
    int width = source.width();
    int plane = source.planeSize();
    double[] values = new double[source.values().length];
    for (int from = 0; from < values.length; from += plane) {
      double[] blurred = blur.apply(source.values(), from, height, width);
      for (int i = 0; i < plane; i++) {
        values[from + i] = Pixels.truncated(blurred[i]) / 255.0;
      }
    }
    for (int round = 0; round < ROUNDS[severity - 1]; round++) {
      shift(values, height, width, draws);
    }
    int[] bytes = new int[values.length];
    for (int from = 0; from < values.length; from += plane) {
      double[] blurred = blur.apply(values, from, height, width);
      for (int i = 0; i < plane; i++) {
        bytes[from + i] = Pixels.truncated(blurred[i]);
      }
    }
    return bytes;
  }

  private static void shift(double[] values, int height, int width, Draws draws) {
    for (int row = height - 1; row >= FIRST; row--) {
      for (int column = width - 1; column >= FIRST; column--) {
        int left = draws.below(2);
        int up = draws.below(2);
        int into = row * width + column;
        int taken = into - up * width - left;
        for (int plane = 0; plane < values.length; plane += height * width) {
          values[plane + into] = values[plane + taken];
        }
      }
    }
  }
}
