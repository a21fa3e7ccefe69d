package dev.meander.replay.random;

import dev.meander.core.math.Mix;
import java.util.SplittableRandom;

/**
 * Random draws that a seed and a path of numbers (such as corruption, severity, image) decide.
 *
 * <p>Only the raw 64-bit stream of {@link SplittableRandom} is used, and logarithms are {@link
 * StrictMath}'s: Java releases differ in how they turn bits into bounded or normal numbers, and a
 * drawn picture must be the same bytes everywhere.
 *
 * <p>Thread-safety: none; make one per picture.
 */
public final class Draws {

  private final SplittableRandom random;
  private double spare;
  private boolean hasSpare;

  private Draws(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The stream of draws at {@code path} under {@code seed}; different paths are independent. */
  public static Draws of(long seed, long... path) {
    long state = Mix.next(seed);
    for (long part : path) {
      state = Mix.next(state * 31 + part);
    }
    return new Draws(state);
  }

  /** 64 random bits, such as the seed of something else. */
  public long bits() {
    return random.nextLong();
  }

  /** Uniform in [0, 1). */
  public double uniform() {
    return (random.nextLong() >>> 11) * 0x1p-53;
  }

  /** Uniform in [from, to). */
  public double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** Uniform in 0 to bound - 1. */
  public int below(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("expected a bound >= 1, found " + bound);
    }
    return (int) (uniform() * bound);
  }

  /** Normal with mean 0 and deviation 1, by the polar method. */
  public double gaussian() {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    double x;
    double y;
    double square;
    do {
      x = uniform(-1, 1);
      y = uniform(-1, 1);
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double scale = Math.sqrt(-2 * StrictMath.log(square) / square);
    spare = y * scale;
    hasSpare = true;
    return x * scale;
  }

  /** The numbers 0 to size - 1 in random order. */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * Logarithm of a gamma variate of scale 1 (Marsaglia and Tsang, 2000). Below a shape of 1 it is
   * drawn at shape + 1 and lowered by {@code ln(U) / shape}; as a logarithm it does not vanish for
   * small shapes.
   */
  private double logGamma(double shape) {
    if (shape < 1) {
      return logGamma(shape + 1) + StrictMath.log(1 - uniform()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = gaussian();
      double root = 1 + c * x;
      if (root <= 0) {
        continue;
      }
      double v = root * root * root;
      if (StrictMath.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return StrictMath.log(d * v);
      }
    }
  }

  /**
   * Shares that sum to 1, from a symmetric Dirichlet distribution.
   *
   * @param size number of shares
   * @param concentration &gt; 0; below 1 few shares hold nearly all
   */
  public double[] dirichlet(int size, double concentration) {
    if (!(concentration > 0)) {
      throw new IllegalArgumentException("expected a concentration > 0, found " + concentration);
    }
    double[] shares = new double[size];
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      shares[i] = logGamma(concentration);
      max = Math.max(max, shares[i]);
    }
    double sum = 0;
    for (int i = 0; i < size; i++) {
      shares[i] = StrictMath.exp(shares[i] - max);
      sum += shares[i];
    }
    for (int i = 0; i < size; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
