package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/** {@code (x - mean) c + mean} with the mean of each channel of the image. */
final class Contrast implements Recipe {

  private static final double[] KEPT = {0.75, 0.5, 0.4, 0.3, 0.15};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double kept = KEPT[severity - 1];
    int plane = source.planeSize();
    int[] bytes = new int[source.values().length];
    for (int from = 0; from < bytes.length; from += plane) {
      double sum = 0;
      for (int i = from; i < from + plane; i++) {
        sum += source.values()[i];
      }
      double mean = sum / plane;
      for (int i = from; i < from + plane; i++) {
        bytes[i] = Pixels.truncated((source.values()[i] - mean) * kept + mean);
      }
    }
    return bytes;
  }
}
