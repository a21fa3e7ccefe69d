package dev.meander.core.objective;

/**
 * Cross-entropy to the prediction of a fixed teacher: {@code CE(z; t) = -sum_c p_t,c ln p_z,c},
 * {@code dCE/dz = p_z - p_t}.
 */
public final class SoftCrossEntropy {

  private SoftCrossEntropy() {}

  /**
   * Adds {@code weight * CE} of one row.
   *
   * @param teacher held fixed
   * @param dZ receives {@code weight * dCE/dz}, added
   * @return {@code weight * CE}
   */
  public static double add(Rows z, Rows teacher, int row, double weight, float[] dZ) {
    int classes = z.classes();
    double sum = 0;
    for (int i = row * classes; i < (row + 1) * classes; i++) {
      double target = teacher.probabilities()[i];
      sum -= SymmetricCrossEntropy.product(target, z.logProbabilities()[i]);
      dZ[i] += (float) (weight * (z.probabilities()[i] - target));
    }
    return weight * sum;
  }
}
