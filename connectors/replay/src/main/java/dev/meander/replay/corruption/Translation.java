package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * The camera moved: a shift by a share of the shorter side in a random direction, in whole pixels.
 * The edge is repeated. Not one of the published corruptions.
 */
final class Translation implements Recipe {

  private static final double[] SHARE = {0.05, 0.1, 0.15, 0.2, 0.25};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    int height = source.height();
    int width = source.width();
    int plane = source.planeSize();
    double reach = SHARE[severity - 1] * Math.min(height, width);
    double angle = draws.uniform(0, 2 * Math.PI);
    int down = (int) Math.round(reach * StrictMath.sin(angle));
    int right = (int) Math.round(reach * StrictMath.cos(angle));
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < bytes.length; i++) {
      int row = Border.REPEATED.inside(i % plane / width - down, height);
      int column = Border.REPEATED.inside(i % width - right, width);
      bytes[i] = Pixels.rounded(source.values()[i / plane * plane + row * width + column]);
    }
    return bytes;
  }
}
