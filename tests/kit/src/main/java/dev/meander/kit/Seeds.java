package dev.meander.kit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Seeded checks: a body runs once per seed, and a failure names the seed it failed with. {@code
 * -Dseed=N} runs only seed N.
 */
public final class Seeds {

  private static final String ONLY = "seed";

  private Seeds() {}

  /** What is checked for one seed. */
  @FunctionalInterface
  public interface Check {
    /**
     * Checks one seed.
     *
     * @param random a stream that only the seed decides
     */
    void run(SplittableRandom random) throws Exception;
  }

  /** Runs {@code check} for the seeds 1 to {@code count}, or for the one that -Dseed names. */
  public static void forEach(int count, Check check) {
    if (count < 1) {
      throw new IllegalArgumentException("expected at least 1 seed, found " + count);
    }
    Long only = Long.getLong(ONLY);
    if (only != null) {
      with(only, check);
      return;
    }
    for (long seed = 1; seed <= count; seed++) {
      with(seed, check);
    }
  }

  /** Runs {@code check} for one seed. */
  public static void with(long seed, Check check) {
    try {
      check.run(new SplittableRandom(seed));
    } catch (Exception | Error e) {
      throw new AssertionError("seed " + seed + " (repeat with -Dseed=" + seed + "): " + e, e);
    }
  }

  /** Normal numbers with mean 0. */
  public static float[] gaussians(RandomGenerator random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
