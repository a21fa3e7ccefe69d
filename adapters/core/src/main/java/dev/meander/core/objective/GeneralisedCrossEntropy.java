package dev.meander.core.objective;

import java.util.Arrays;

/**
 * Generalised cross-entropy to the model's own prediction (Zhang and Sabuncu, NeurIPS 2018; the
 * loss of RPL, Rusak et al., "If your data distribution shifts, use self-learning", TMLR 2022):
 * with y = argmax z, {@code L = (1/b) sum_i w_i (1 - p_iy^q) / q}, {@code dL/dz_ic = (w_i/b) p_iy^q
 * (p_ic - [c = y])}.
 *
 * <p>Thread-safety: immutable.
 */
public final class GeneralisedCrossEntropy implements Objective {

  private final double q;

  /**
   * @param q 0 to 1, ends excluded and 1 included; 1 is the mean absolute error, towards 0
   *     cross-entropy
   */
  public GeneralisedCrossEntropy(double q) {
    if (!(q > 0 && q <= 1)) {
      throw new IllegalArgumentException("expected q above 0 and at most 1, found " + q);
    }
    this.q = q;
  }

  @Override
  public double evaluate(Pass pass, float[] dLogits, float[] dFeatures) {
    Arrays.fill(dFeatures, 0);
    Rows rows = Rows.of(pass.logits());
    int classes = rows.classes();
    double loss = 0;
    for (int row = 0; row < rows.rows(); row++) {
      int from = row * classes;
      int best = rows.best(row);
      double weight = pass.weights()[row] / rows.rows();
      double power = Math.exp(q * rows.logProbabilities()[from + best]);
      loss += weight * (1 - power) / q;
      for (int c = 0; c < classes; c++) {
        double target = c == best ? 1 : 0;
        dLogits[from + c] = (float) (weight * power * (rows.probabilities()[from + c] - target));
      }
    }
    return loss;
  }
}
