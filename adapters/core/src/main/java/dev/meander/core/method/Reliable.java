package dev.meander.core.method;

import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;

/**
 * EATA's reliable samples: entropy below {@code E0 = factor ln C}, the lower the heavier by {@code
 * exp(E0 - H)}. The weight takes no gradient.
 */
final class Reliable implements SampleWeighting {

  static final Constant E0_FACTOR =
      new Constant(
          "e0-factor", 0.4, 0, 1, "Entropy below which a sample is reliable, in units of ln C.");

  private final double entropyMax;

  Reliable(double factor, int classes) {
    this.entropyMax = factor * Math.log(classes);
  }

  @Override
  public void weigh(Pass pass, double[] weights) {
    Rows rows = Rows.of(pass.logits());
    for (int i = 0; i < weights.length; i++) {
      double entropy = rows.entropy(i);
      weights[i] *= entropy < entropyMax ? Math.exp(entropyMax - entropy) : 0;
    }
  }
}
