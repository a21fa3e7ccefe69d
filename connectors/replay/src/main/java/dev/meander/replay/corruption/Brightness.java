package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * Adds to V of HSV, clipped at 1. Hue and saturation stay, so every channel is scaled by {@code
 * V'/V}; black becomes grey.
 */
final class Brightness implements Recipe {

  private static final double[] ADDED = {0.05, 0.1, 0.15, 0.2, 0.3};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    int plane = source.planeSize();
    int[] bytes = new int[source.values().length];
    for (int pixel = 0; pixel < plane; pixel++) {
      double value = 0;
      for (int at = pixel; at < bytes.length; at += plane) {
        value = Math.max(value, source.values()[at]);
      }
      double brighter = Math.min(1, value + ADDED[severity - 1]);
      for (int at = pixel; at < bytes.length; at += plane) {
        double share = value == 0 ? 1 : source.values()[at] / value;
        bytes[at] = Pixels.truncated(share * brighter);
      }
    }
    return bytes;
  }
}
