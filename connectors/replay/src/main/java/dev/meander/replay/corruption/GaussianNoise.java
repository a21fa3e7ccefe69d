package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/** {@code x + N(0, s)}, drawn for every channel of every pixel. */
final class GaussianNoise implements Recipe {

  private static final double[] DEVIATION = {0.04, 0.06, 0.08, 0.09, 0.10};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double deviation = DEVIATION[severity - 1];
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Pixels.truncated(source.values()[i] + deviation * draws.gaussian());
    }
    return bytes;
  }
}
