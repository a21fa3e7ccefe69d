package dev.meander.core.correct;

import dev.meander.core.objective.Rows;
import dev.meander.core.tensor.Tensor;

/**
 * ROID's correction of the class prior (Marsden et al., "Universal test-time adaptation", WACV
 * 2024): with {@code pi = mean_i p_i} of the batch and {@code s = max(1/b, 1/C) / max pi}, logits
 * are multiplied by {@code (pi + s) / (1 + s C)}. The result depends on the signs of the logits and
 * is not calibrated; kept as published.
 *
 * <p>Thread-safety: stateless.
 */
public final class PriorCorrection implements OutputCorrector {

  @Override
  public Tensor correct(Tensor logits, Tensor features) {
    Rows rows = Rows.of(logits);
    float[] prior = rows.mean();
    int classes = rows.classes();
    double largest = 0;
    for (float share : prior) {
      largest = Math.max(largest, share);
    }
    double smoothing = Math.max(1.0 / rows.rows(), 1.0 / classes) / largest;
    float[] corrected = new float[logits.data().length];
    for (int i = 0; i < corrected.length; i++) {
      double factor = (prior[i % classes] + smoothing) / (1 + smoothing * classes);
      corrected[i] = (float) (logits.data()[i] * factor);
    }
    return new Tensor(corrected, logits.shape());
  }
}
