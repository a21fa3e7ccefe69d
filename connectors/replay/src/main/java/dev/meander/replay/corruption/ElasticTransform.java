package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * A random affine map, then random displacements. The affine map moves three points around the
 * centre by U(-a, a) in both directions; displacements are U(-1, 1), smoothed by a Gaussian and
 * scaled. Lengths are shares of the shorter side.
 */
final class ElasticTransform implements Recipe {

  private static final double[] SCALE = {0, 0.05, 0.08, 0.1, 0.1};
  private static final double[] SIGMA = {0, 0.2, 0.06, 0.04, 0.03};
  private static final double[] AFFINE = {0.08, 0.07, 0.06, 0.05, 0.03};
  private static final double TRUNCATE = 3;

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    int height = source.height();
    int width = source.width();
    int plane = source.planeSize();
    double side = Math.min(height, width);
    AffineMap back = affine(height, width, side * AFFINE[severity - 1], draws);
    GaussianFilter smooth =
        new GaussianFilter(side * SIGMA[severity - 1], TRUNCATE, Border.REFLECTED);
    double[] dx = displacements(height, width, smooth, draws);
    double[] dy = displacements(height, width, smooth, draws);
    double scale = side * SCALE[severity - 1];
    int[] bytes = new int[source.values().length];
    for (int from = 0; from < bytes.length; from += plane) {
      double[] moved = back.apply(source.values(), from, height, width, Border.MIRRORED);
      for (int i = 0; i < plane; i++) {
        double y = i / width + scale * dy[i];
        double x = i % width + scale * dx[i];
        bytes[from + i] =
            Pixels.truncated(Bilinear.at(moved, 0, height, width, y, x, Border.REFLECTED));
      }
    }
    return bytes;
  }

  /** The map from the three points after they moved to where they were. */
  private static AffineMap affine(int height, int width, double reach, Draws draws) {
    double arm = Math.min(height, width) / 3;
    double centreX = width / 2;
    double centreY = height / 2;
    double[][] points = {
      {centreX + arm, centreY + arm}, {centreX + arm, centreY - arm}, {centreX - arm, centreY - arm}
    };
    double[][] moved = new double[3][2];
    for (int i = 0; i < 3; i++) {
      moved[i][0] = points[i][0] + draws.uniform(-reach, reach);
      moved[i][1] = points[i][1] + draws.uniform(-reach, reach);
    }
    return AffineMap.of(moved, points);
  }

  private static double[] displacements(int height, int width, GaussianFilter smooth, Draws draws) {
    double[] noise = new double[height * width];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = draws.uniform(-1, 1);
    }
    return smooth.apply(noise, 0, height, width);
  }
}
