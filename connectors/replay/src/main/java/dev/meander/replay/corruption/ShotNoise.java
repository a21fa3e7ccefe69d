package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;
import java.util.Arrays;

/** {@code Poisson(x c) / c}, drawn for every channel of every pixel by inversion. */
final class ShotNoise implements Recipe {

  private static final int[] PHOTONS = {500, 250, 100, 75, 50};
  private static final int LEVELS = 256;

  /**
   * Distribution functions by severity and byte value; made once, when a severity is first used.
   */
  private final double[][][] cumulated = new double[PHOTONS.length][][];

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double[][] tables = tables(severity);
    int photons = PHOTONS[severity - 1];
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < bytes.length; i++) {
      double[] table = tables[(int) Math.round(source.values()[i] * 255)];
      int at = Arrays.binarySearch(table, draws.uniform());
      int count = Math.min(table.length - 1, at < 0 ? -at - 1 : at + 1);
      bytes[i] = Pixels.truncated((double) count / photons);
    }
    return bytes;
  }

  private synchronized double[][] tables(int severity) {
    double[][] tables = cumulated[severity - 1];
    if (tables == null) {
      tables = new double[LEVELS][];
      for (int level = 0; level < LEVELS; level++) {
        tables[level] = distribution(level / 255.0 * PHOTONS[severity - 1]);
      }
      cumulated[severity - 1] = tables;
    }
    return tables;
  }

  /** {@code P(count <= k)} for k from 0 on, up to where the rest is below 1e-12. */
  static double[] distribution(double mean) {
    int length = (int) (mean + 8 * Math.sqrt(mean) + 24);
    double[] cumulated = new double[length];
    double probability = StrictMath.exp(-mean);
    double sum = 0;
    for (int k = 0; k < length; k++) {
      sum += probability;
      cumulated[k] = sum;
      probability *= mean / (k + 1);
    }
    return cumulated;
  }
}
