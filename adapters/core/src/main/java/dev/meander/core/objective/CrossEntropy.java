package dev.meander.core.objective;

import dev.meander.core.math.Softmax;
import java.util.Arrays;

/**
 * Mean cross-entropy to known labels: {@code L = -(1/b) sum_i w_i ln p_i,y_i}, {@code dL/dz_ic =
 * (w_i / b) (p_ic - [c = y_i])}.
 *
 * <p>Thread-safety: immutable.
 */
public final class CrossEntropy implements Objective {

  private final int[] labels;

  /**
   * @param labels true class of each row of the next pass, copied
   */
  public CrossEntropy(int[] labels) {
    this.labels = labels.clone();
  }

  @Override
  public double evaluate(Pass pass, float[] dLogits, float[] dFeatures) {
    int rows = pass.rows();
    int classes = pass.classes();
    if (labels.length != rows) {
      throw new IllegalArgumentException("expected " + rows + " labels, found " + labels.length);
    }
    Arrays.fill(dFeatures, 0);
    Softmax.logSoftmax(pass.logits().data(), rows, classes, dLogits);
    double loss = 0;
    for (int row = 0; row < rows; row++) {
      int from = row * classes;
      double weight = pass.weights()[row] / rows;
      loss -= weight * dLogits[from + labels[row]];
      for (int c = 0; c < classes; c++) {
        double target = c == labels[row] ? 1 : 0;
        dLogits[from + c] = (float) (weight * (Math.exp(dLogits[from + c]) - target));
      }
    }
    return loss;
  }
}
