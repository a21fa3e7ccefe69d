package dev.meander.core.objective;

import java.util.Arrays;

/**
 * The contrastive loss of RMT over several views of the same samples (after Khosla et al.,
 * "Supervised contrastive learning", NeurIPS 2020, with the identity of the sample as its label).
 *
 * <p>Rows v are unit vectors {@code [views * n, width]}, view after view; {@code G = V V^T / T};
 * row r of sample i has the log-probabilities {@code G_r - ln sum_{s != r} exp G_rs} and as
 * positives the other views of i: {@code L = mean_r -(mean over positives of the log-probability)}.
 * Other samples are negatives whatever their class.
 */
public final class ContrastiveViews {

  private ContrastiveViews() {}

  /**
   * Evaluates the loss.
   *
   * @param rows any vectors {@code [views * n * width]}, normalised here; norms are bounded below
   *     by 1e-12
   * @param views at least 2
   * @param temperature T, above 0
   * @param dRows receives the gradient of {@code weight * L} with respect to {@code rows}, all of
   *     it
   * @return {@code weight * L}
   */
  public static double evaluate(
      float[] rows, int views, int width, double temperature, double weight, float[] dRows) {
    int all = rows.length / width;
    int n = all / views;
    float[] unit = new float[rows.length];
    double[] norms = normalise(rows, width, unit);
    float[] columns = transposed(unit, all, width);
    float[] slopes = new float[all * all];
    double loss = 0;
    float[] scores = new float[all];
    for (int r = 0; r < all; r++) {
      Arrays.fill(scores, 0);
      for (int d = 0; d < width; d++) {
        addScaled(scores, columns, d * all, unit[r * width + d]);
      }
      loss += row(scores, r, n, views, temperature, weight / all, slopes);
    }
    float[] dUnit = new float[rows.length];
    float scale = (float) (1 / temperature);
    for (int r = 0; r < all; r++) {
      for (int s = 0; s < all; s++) {
        float both = scale * (slopes[r * all + s] + slopes[s * all + r]);
        for (int d = 0; d < width; d++) {
          dUnit[r * width + d] += both * unit[s * width + d];
        }
      }
    }
    throughNorm(unit, norms, dUnit, width, dRows);
    return loss;
  }

  /** Loss of one row; writes the slopes with respect to its scaled scores. */
  private static double row(
      float[] scores, int r, int n, int views, double temperature, double share, float[] slopes) {
    int all = scores.length;
    double max = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score / temperature);
    }
    double sum = 0;
    for (int s = 0; s < all; s++) {
      sum += s == r ? 0 : Math.exp(scores[s] / temperature - max);
    }
    double logSum = Math.log(sum);
    double loss = 0;
    double positive = 1.0 / (views - 1);
    for (int s = 0; s < all; s++) {
      if (s == r) {
        continue;
      }
      double logProbability = scores[s] / temperature - max - logSum;
      double slope = Math.exp(logProbability);
      if (s % n == r % n) {
        loss -= positive * logProbability;
        slope -= positive;
      }
      slopes[r * all + s] = (float) (share * slope);
    }
    return share * loss;
  }

  /**
   * Unit rows.
   *
   * @param unit receives them; may be {@code rows}
   * @return the norms, at least 1e-12
   */
  public static double[] normalise(float[] rows, int width, float[] unit) {
    double[] norms = new double[rows.length / width];
    for (int r = 0; r < norms.length; r++) {
      double squares = 0;
      for (int d = r * width; d < (r + 1) * width; d++) {
        squares += (double) rows[d] * rows[d];
      }
      norms[r] = Math.max(Math.sqrt(squares), 1e-12);
      for (int d = r * width; d < (r + 1) * width; d++) {
        unit[d] = (float) (rows[d] / norms[r]);
      }
    }
    return norms;
  }

  /** Gradient through {@link #normalise}: {@code dRow = (dUnit - unit (unit . dUnit)) / norm}. */
  public static void throughNorm(
      float[] unit, double[] norms, float[] dUnit, int width, float[] dRows) {
    for (int r = 0; r < norms.length; r++) {
      double along = 0;
      for (int d = r * width; d < (r + 1) * width; d++) {
        along += (double) unit[d] * dUnit[d];
      }
      for (int d = r * width; d < (r + 1) * width; d++) {
        dRows[d] = (float) ((dUnit[d] - unit[d] * along) / norms[r]);
      }
    }
  }

  private static float[] transposed(float[] rows, int n, int width) {
    float[] columns = new float[rows.length];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < width; d++) {
        columns[d * n + i] = rows[i * width + d];
      }
    }
    return columns;
  }

  private static void addScaled(float[] into, float[] from, int offset, float factor) {
    for (int i = 0; i < into.length; i++) {
      into[i] += factor * from[offset + i];
    }
  }
}
