package dev.meander.core.math;

/** Sums, norms and blends of float arrays, in index order and in double. */
public final class Vectors {

  private Vectors() {}

  /** True when no value is NaN or infinite. */
  public static boolean allFinite(float[] values) {
    return allFinite(values, 0, values.length);
  }

  /** True when no value from one index to before another is NaN or infinite. */
  public static boolean allFinite(float[] values, int from, int to) {
    // 0 * x is 0 for finite x and NaN otherwise: one branch for the whole array
    float sum = 0;
    for (int i = from; i < to; i++) {
      sum += 0 * values[i];
    }
    return sum == 0;
  }

  /** Euclidean norm. */
  public static double norm(float[] values) {
    return norm(values, 0, values.length);
  }

  /** Euclidean norm of the values from one index to before another. */
  public static double norm(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  /** Euclidean distance of two arrays of one length. */
  public static double distance(float[] a, float[] b) {
    return distance(a, b, 0, a.length);
  }

  /** As {@link #distance(float[], float[])}, from one index to before another. */
  public static double distance(float[] a, float[] b, int from, int to) {
    sameLength(a, b);
    double sum = 0;
    for (int i = from; i < to; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /**
   * Cosine of two arrays of one length, each norm clamped below at 1e-8 as in reference
   * implementations.
   *
   * @return -1 to 1
   */
  public static double cosine(float[] a, float[] b) {
    sameLength(a, b);
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    return dot / (Math.max(Math.sqrt(squareA), 1e-8) * Math.max(Math.sqrt(squareB), 1e-8));
  }

  /**
   * {@code target = keep * target + (1 - keep) * source}.
   *
   * @param keep share of the old value, 0 to 1
   */
  public static void blendInPlace(float[] target, float[] source, double keep) {
    sameLength(target, source);
    double take = 1 - keep;
    for (int i = 0; i < target.length; i++) {
      target[i] = (float) (keep * target[i] + take * source[i]);
    }
  }

  private static void sameLength(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "expected arrays of one length, found " + a.length + " and " + b.length);
    }
  }
}
