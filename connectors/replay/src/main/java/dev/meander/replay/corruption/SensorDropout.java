package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * A sensor that loses readings: single pixels are 0 in every channel with the stated probability,
 * and whole rows with a fifth of it. Not one of the published corruptions.
 */
final class SensorDropout implements Recipe {

  private static final double[] PROBABILITY = {0.02, 0.05, 0.1, 0.2, 0.3};
  private static final double ROW_SHARE = 0.2;

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double probability = PROBABILITY[severity - 1];
    int plane = source.planeSize();
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Pixels.rounded(source.values()[i]);
    }
    for (int row = 0; row < source.height(); row++) {
      boolean rowLost = draws.uniform() < ROW_SHARE * probability;
      for (int pixel = row * source.width(); pixel < (row + 1) * source.width(); pixel++) {
        boolean lost = draws.uniform() < probability;
        for (int at = pixel; (rowLost || lost) && at < bytes.length; at += plane) {
          bytes[at] = 0;
        }
      }
    }
    return bytes;
  }
}
