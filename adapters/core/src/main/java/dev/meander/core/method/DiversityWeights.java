package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * ROID's sample weights. With m the moving mean of predictions (1/C at first): {@code d_i = 1 -
 * cos(m, p_i)} and {@code c_i = -H_i}, each spread over 0 to 1 within the batch; samples with
 * {@code d_i} below the batch's mean are left out, the others weigh {@code exp(d_i c_i / T)}.
 * Afterwards {@code m = keep m + (1 - keep) mean_i p_i}.
 *
 * <p>Where the reference divides 0 by 0, in a batch whose samples are all equal, the spread value
 * is 0 here: every sample is kept with weight 1.
 */
final class DiversityWeights {

  static final Constant KEEP =
      new Constant("prob-momentum", 0.9, 0, 1, "Share of the old moving mean of probabilities.");

  private final double keep;
  private final double temperature;
  private final float[] mean;

  DiversityWeights(double keep, double temperature, int classes) {
    this.keep = keep;
    this.temperature = temperature;
    this.mean = new float[classes];
    restart();
  }

  /** Multiplies weights; 0 leaves a sample out. */
  void weigh(Rows rows, double[] weights) {
    int n = rows.rows();
    double[] diversity = new double[n];
    double[] certainty = new double[n];
    for (int i = 0; i < n; i++) {
      diversity[i] = 1 - Vectors.cosine(mean, rows.row(i));
      certainty[i] = -rows.entropy(i);
    }
    spread(diversity);
    spread(certainty);
    double average = Arrays.stream(diversity).sum() / n;
    for (int i = 0; i < n; i++) {
      boolean dropped = diversity[i] < average;
      weights[i] *= dropped ? 0 : Math.exp(diversity[i] * certainty[i] / temperature);
    }
    Vectors.blendInPlace(mean, rows.mean(), keep);
  }

  private static void spread(double[] values) {
    double min = Arrays.stream(values).min().orElse(0);
    double range = Arrays.stream(values).max().orElse(0) - min;
    for (int i = 0; i < values.length; i++) {
      values[i] = range == 0 ? 0 : (values[i] - min) / range;
    }
  }

  /** Rows whose weight is above 0. */
  static int[] kept(double[] weights) {
    return IntStream.range(0, weights.length).filter(i -> weights[i] > 0).toArray();
  }

  void state(StateArrays arrays) {
    arrays.add("prob-ema", mean);
  }

  void restart() {
    Arrays.fill(mean, 1f / mean.length);
  }
}
