package dev.meander.core.objective;

/**
 * Soft likelihood ratio (Mummadi et al. 2021, as ROID uses it): {@code SLR(z) = -sum_c q_c ln(q_c /
 * (1 - q_c) + 1e-5)} with {@code q = min(p, 0.99)}. Unlike entropy its gradient does not vanish for
 * confident predictions, up to the clamp, above which it is 0.
 *
 * <p>With {@code r = q/(1-q)}: {@code g_c = dSLR/dp_c = -ln(r_c + e) - q_c / ((1-q_c)^2 (r_c +
 * e))}, {@code dSLR/dz_c = p_c (g_c - sum_k p_k g_k)}.
 */
public final class SoftLikelihoodRatio {

  private static final double CLAMP = 0.99;
  private static final double EPSILON = 1e-5;

  private SoftLikelihoodRatio() {}

  /**
   * Adds {@code weight * SLR} of one row.
   *
   * @param dZ receives {@code weight * dSLR/dz}, added
   * @return {@code weight * SLR}
   */
  public static double add(Rows z, int row, double weight, float[] dZ) {
    int classes = z.classes();
    int from = row * classes;
    double[] slope = new double[classes];
    double loss = 0;
    double meanSlope = 0;
    for (int c = 0; c < classes; c++) {
      double p = z.probabilities()[from + c];
      double q = Math.min(p, CLAMP);
      double ratio = q / (1 - q) + EPSILON;
      loss -= q * Math.log(ratio);
      slope[c] = p > CLAMP ? 0 : -Math.log(ratio) - q / ((1 - q) * (1 - q) * ratio);
      meanSlope += p * slope[c];
    }
    for (int c = 0; c < classes; c++) {
      double p = z.probabilities()[from + c];
      dZ[from + c] += (float) (weight * p * (slope[c] - meanSlope));
    }
    return weight * loss;
  }
}
