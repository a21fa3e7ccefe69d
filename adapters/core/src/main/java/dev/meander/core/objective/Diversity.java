package dev.meander.core.objective;

/**
 * How evenly a batch's mean prediction is spread: {@code L = sum_c pbar_c ln(pbar_c + 1e-8)},
 * lowest when every class is predicted equally often. With {@code g_c = ln(pbar_c + e) + pbar_c /
 * (pbar_c + e)}: {@code dL/dz_ic = (1/b) p_ic (g_c - sum_k p_ik g_k)}.
 */
public final class Diversity {

  private static final double EPSILON = 1e-8;

  private Diversity() {}

  /**
   * Adds {@code weight * L}.
   *
   * @param dZ receives {@code weight * dL/dz}, added
   * @return {@code weight * L}
   */
  public static double add(Rows z, double weight, float[] dZ) {
    float[] mean = z.mean();
    int classes = mean.length;
    double[] slopes = new double[classes];
    double loss = 0;
    for (int c = 0; c < classes; c++) {
      loss += mean[c] * Math.log(mean[c] + EPSILON);
      slopes[c] = Math.log(mean[c] + EPSILON) + mean[c] / (mean[c] + EPSILON);
    }
    double share = weight / z.rows();
    for (int i = 0; i < z.rows(); i++) {
      double inner = 0;
      for (int c = 0; c < classes; c++) {
        inner += z.probabilities()[i * classes + c] * slopes[c];
      }
      for (int c = 0; c < classes; c++) {
        double p = z.probabilities()[i * classes + c];
        dZ[i * classes + c] += (float) (share * p * (slopes[c] - inner));
      }
    }
    return weight * loss;
  }
}
