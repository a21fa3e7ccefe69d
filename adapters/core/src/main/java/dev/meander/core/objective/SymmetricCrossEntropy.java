package dev.meander.core.objective;

import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy in both directions between two predictions a and t of one sample: {@code SCE(a; t)
 * = -1/2 sum_c p_t,c ln p_a,c - 1/2 sum_c p_a,c ln p_t,c} (Wang et al., "Symmetric cross entropy",
 * ICCV 2019, as RMT uses it). Symmetric in a and t.
 *
 * <p>{@code dSCE/da_c = 1/2 (p_a,c - p_t,c) - 1/2 p_a,c (ln p_t,c - sum_k p_a,k ln p_t,k)}.
 */
public final class SymmetricCrossEntropy {

  private SymmetricCrossEntropy() {}

  /**
   * Adds {@code weight * SCE} of one pair of rows.
   *
   * @param rowA row of {@code a}
   * @param rowT row of {@code t}
   * @param dA receives {@code weight * dSCE/da} in row {@code rowA}, added
   * @param dT the same for t; null when t is held fixed
   * @return {@code weight * SCE}
   */
  public static double add(
      Rows a, int rowA, Rows t, int rowT, double weight, float[] dA, float @Nullable [] dT) {
    int classes = a.classes();
    int fromA = rowA * classes;
    int fromT = rowT * classes;
    double crossTA = 0; // sum p_t ln p_a
    double crossAT = 0; // sum p_a ln p_t
    for (int c = 0; c < classes; c++) {
      crossTA += product(t.probabilities()[fromT + c], a.logProbabilities()[fromA + c]);
      crossAT += product(a.probabilities()[fromA + c], t.logProbabilities()[fromT + c]);
    }
    for (int c = 0; c < classes; c++) {
      double pA = a.probabilities()[fromA + c];
      double pT = t.probabilities()[fromT + c];
      double towardsA = product(pA, t.logProbabilities()[fromT + c] - crossAT);
      dA[fromA + c] += (float) (weight * 0.5 * (pA - pT - towardsA));
      if (dT != null) {
        double towardsT = product(pT, a.logProbabilities()[fromA + c] - crossTA);
        dT[fromT + c] += (float) (weight * 0.5 * (pT - pA - towardsT));
      }
    }
    return -0.5 * weight * (crossTA + crossAT);
  }

  /** p ln q; 0 where p is 0, whatever q. */
  static double product(double probability, double logarithm) {
    return probability == 0 ? 0 : probability * logarithm;
  }
}
