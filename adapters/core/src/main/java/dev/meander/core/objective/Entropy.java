package dev.meander.core.objective;

import dev.meander.core.math.Softmax;
import java.util.Arrays;

/**
 * Mean prediction entropy, the loss of TENT (Wang et al., "Tent: Fully Test-Time Adaptation by
 * Entropy Minimization", ICLR 2021, equation 1).
 *
 * <p>With logits z {@code [b, C]}, p = softmax(z) and weights w: {@code H_i = -sum_c p_ic ln p_ic},
 * {@code L = (1/b) sum_i w_i H_i}, {@code dL/dz_ic = -(w_i / b) p_ic (ln p_ic + H_i)}. L lies in 0
 * to ln C for weights of 1.
 *
 * <p>Thread-safety: stateless.
 */
public final class Entropy implements Objective {

  @Override
  public double evaluate(Pass pass, float[] dLogits, float[] dFeatures) {
    int rows = pass.rows();
    int classes = pass.classes();
    Arrays.fill(dFeatures, 0);
    Softmax.logSoftmax(pass.logits().data(), rows, classes, dLogits);
    double loss = 0;
    for (int row = 0; row < rows; row++) {
      int from = row * classes;
      double entropy = Softmax.entropy(dLogits, from, classes);
      double weight = pass.weights()[row] / rows;
      loss += weight * entropy;
      for (int c = 0; c < classes; c++) {
        double logProbability = dLogits[from + c];
        double probability = Math.exp(logProbability);
        // p ln p tends to 0 with p; 0 * -infinity would be NaN
        dLogits[from + c] =
            probability == 0 ? 0 : (float) (-weight * probability * (logProbability + entropy));
      }
    }
    return loss;
  }
}
