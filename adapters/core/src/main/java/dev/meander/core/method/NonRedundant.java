package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;

/**
 * EATA's non-redundant samples: those whose probabilities p have {@code |cos(m, p)| < d} with the
 * moving mean m of the samples kept before. The first batch is kept whole; m then takes in the mean
 * of what was kept: {@code m = keep m + (1 - keep) mean p}, unchanged when nothing was.
 */
final class NonRedundant implements SampleWeighting {

  static final Constant MARGIN =
      new Constant("d-margin", 0.4, 0, 2, "Cosine to the moving mean below which a sample is new.");
  static final Constant KEEP =
      new Constant("prob-momentum", 0.9, 0, 1, "Share of the old moving mean of probabilities.");

  private final double margin;
  private final double keep;
  private final float[] mean;
  private final double[] defined = new double[1];

  NonRedundant(double margin, double keep, int classes) {
    this.margin = margin;
    this.keep = keep;
    this.mean = new float[classes];
  }

  @Override
  public void weigh(Pass pass, double[] weights) {
    Rows rows = Rows.of(pass.logits());
    double[] sums = new double[mean.length];
    int kept = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == 0) {
        continue;
      }
      float[] probabilities = rows.row(i);
      if (defined[0] != 0 && !(Math.abs(Vectors.cosine(mean, probabilities)) < margin)) {
        weights[i] = 0;
        continue;
      }
      kept++;
      for (int c = 0; c < sums.length; c++) {
        sums[c] += probabilities[c];
      }
    }
    if (kept > 0) {
      for (int c = 0; c < sums.length; c++) {
        double now = sums[c] / kept;
        mean[c] = (float) (defined[0] == 0 ? now : keep * mean[c] + (1 - keep) * now);
      }
      defined[0] = 1;
    }
  }

  @Override
  public void state(StateArrays arrays) {
    arrays.add("moving-probs", mean);
    arrays.add("moving-probs-defined", defined);
  }

  @Override
  public void restart() {
    Arrays.fill(mean, 0);
    defined[0] = 0;
  }
}
