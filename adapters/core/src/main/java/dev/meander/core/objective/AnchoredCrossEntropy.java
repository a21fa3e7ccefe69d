package dev.meander.core.objective;

/**
 * Cross-entropy of a fixed anchor's prediction under the student's: {@code -sum_c p_z,c ln p_a,c},
 * {@code d/dz_c = -p_z,c (ln p_a,c - sum_k p_z,k ln p_a,k)}.
 */
public final class AnchoredCrossEntropy {

  private AnchoredCrossEntropy() {}

  /**
   * Adds {@code weight} times the loss of one row.
   *
   * @param anchor held fixed
   * @param dZ receives the gradient, added
   * @return {@code weight} times the loss
   */
  public static double add(Rows z, Rows anchor, int row, double weight, float[] dZ) {
    int classes = z.classes();
    int from = row * classes;
    double mean = 0;
    for (int i = from; i < from + classes; i++) {
      mean += SymmetricCrossEntropy.product(z.probabilities()[i], anchor.logProbabilities()[i]);
    }
    for (int i = from; i < from + classes; i++) {
      double difference = anchor.logProbabilities()[i] - mean;
      double slope = SymmetricCrossEntropy.product(z.probabilities()[i], difference);
      dZ[i] -= (float) (weight * slope);
    }
    return -weight * mean;
  }
}
