package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * Something in front: a rectangle of one colour covers a share of the image, at a random place, at
 * most twice as long as wide. Not one of the published corruptions.
 */
final class Occlusion implements Recipe {

  private static final double[] SHARE = {0.05, 0.1, 0.2, 0.3, 0.4};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double ratio = Math.sqrt(draws.uniform(0.5, 2));
    double side = Math.sqrt(SHARE[severity - 1]);
    int height = Math.max(1, (int) Math.round(Math.min(1, side * ratio) * source.height()));
    int width = Math.max(1, (int) Math.round(Math.min(1, side / ratio) * source.width()));
    int top = draws.below(source.height() - height + 1);
    int left = draws.below(source.width() - width + 1);
    int plane = source.planeSize();
    int[] bytes = new int[source.values().length];
    for (int from = 0; from < bytes.length; from += plane) {
      int colour = draws.below(256);
      for (int i = 0; i < plane; i++) {
        int row = i / source.width() - top;
        int column = i % source.width() - left;
        boolean covered = row >= 0 && row < height && column >= 0 && column < width;
        bytes[from + i] = covered ? colour : Pixels.rounded(source.values()[from + i]);
      }
    }
    return bytes;
  }
}
