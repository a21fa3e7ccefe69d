package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * The camera tilted: a turn about the middle by half to all of the stated angle, left or right,
 * bilinear. The edge is repeated. Not one of the published corruptions.
 */
final class Rotation implements Recipe {

  private static final double[] DEGREES = {10, 20, 30, 45, 60};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double degrees = DEGREES[severity - 1] * draws.uniform(0.5, 1);
    double turn = draws.below(2) == 0 ? degrees : -degrees;
    int height = source.height();
    int width = source.width();
    int plane = source.planeSize();
    AffineMap map = AffineMap.rotation(turn, height, width);
    int[] bytes = new int[source.values().length];
    for (int from = 0; from < bytes.length; from += plane) {
      double[] turned = map.apply(source.values(), from, height, width, Border.REPEATED);
      for (int i = 0; i < plane; i++) {
        bytes[from + i] = Pixels.rounded(turned[i]);
      }
    }
    return bytes;
  }
}
