package dev.meander.core.math;

import java.util.SplittableRandom;

/** Seeds from parts, such as seed, lineage and step: different parts give independent streams. */
public final class Mix {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private Mix() {}

  /** One seed of all {@code parts}, in order. */
  public static long of(long... parts) {
    long state = GOLDEN_GAMMA;
    for (long part : parts) {
      state = next(state * 31 + part);
    }
    return state;
  }

  /** A generator seeded by {@link #of}. */
  public static SplittableRandom random(long... parts) {
    return new SplittableRandom(of(parts));
  }

  /**
   * What SplitMix64 gives in state {@code value}: every input bit changes half of the output bits.
   */
  public static long next(long value) {
    long z = value + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
