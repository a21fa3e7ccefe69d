package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/** Every channel of every pixel becomes 0 or 1, half each, with the stated probability. */
final class ImpulseNoise implements Recipe {

  private static final double[] PROBABILITY = {0.01, 0.02, 0.03, 0.05, 0.07};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double probability = PROBABILITY[severity - 1];
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < bytes.length; i++) {
      double draw = draws.uniform();
      if (draw < probability) {
        bytes[i] = draw < probability / 2 ? 0 : 255;
      } else {
        bytes[i] = Pixels.truncated(source.values()[i]);
      }
    }
    return bytes;
  }
}
