package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/** One-sided Gaussian blur along a line at an angle of U(-45, 45) degrees, rounded to bytes. */
final class MotionBlur implements Recipe {

  private static final int[] RADIUS = {6, 6, 6, 8, 9};
  private static final double[] SIGMA = {1, 1.5, 2, 2, 2.5};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    MotionFilter filter = new MotionFilter(RADIUS[severity - 1], SIGMA[severity - 1]);
    double degrees = draws.uniform(-45, 45);
    int plane = source.planeSize();
    int[] bytes = new int[source.values().length];
    for (int from = 0; from < bytes.length; from += plane) {
      double[] blurred =
          filter.apply(source.values(), from, source.height(), source.width(), degrees);
      for (int i = 0; i < plane; i++) {
        bytes[from + i] = Pixels.rounded(blurred[i]);
      }
    }
    return bytes;
  }
}
