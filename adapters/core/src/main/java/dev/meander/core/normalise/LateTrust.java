package dev.meander.core.normalise;

import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;

/**
 * How far statistics of the batches before are to be trusted for the next one, which may show
 * another domain. Two predictors that need no look at the batch, one with the late statistics and
 * the frozen model, are compared by how often each says what was answered in the end by one that
 * saw the batch. With d the share of a batch's samples where late statistics did, less that where
 * the frozen model did, the trust is {@code sigmoid(sharpness (mean(d) - caution * s))}, s being
 * the standard error of the mean: {@code sqrt(var(d) / n)} over n batches. Batches count by their
 * samples and decay.
 *
 * <p>A mean alone trusts too soon: two domains in a row that look alike put late statistics ahead,
 * and the third costs more than they won. Before the stream has shown otherwise, there is one batch
 * in which late statistics were far behind.
 *
 * <p>Thread-safety: none.
 */
public final class LateTrust {

  /** The batch that is believed before the first: how far behind, and at least how large. */
  private static final double PRIOR = -.35;

  private static final double PRIOR_SAMPLES = 30;

  private final double memory;
  private final double sharpness;
  private final double caution;

  /** Weights, their squares, weighted d and squared d, and samples of the last batch. */
  private final double[] sums = new double[5];

  /**
   * @param memory samples after which a sample's weight has fallen to 1/e
   * @param sharpness of the sigmoid
   * @param caution standard errors that late statistics must be ahead by to count half
   */
  public LateTrust(double memory, double sharpness, double caution) {
    this.memory = memory;
    this.sharpness = sharpness;
    this.caution = caution;
  }

  /**
   * Takes in a batch.
   *
   * @param answers given in the end
   * @param late predictions with late statistics for the same samples
   * @param frozen predictions of the frozen model for the same samples
   */
  public void observe(Rows answers, Rows late, Rows frozen) {
    int samples = answers.rows();
    int difference = 0;
    for (int i = 0; i < samples; i++) {
      int answer = answers.best(i);
      difference += late.best(i) == answer ? 1 : 0;
      difference -= frozen.best(i) == answer ? 1 : 0;
    }
    double ahead = (double) difference / samples;
    double keep = Math.exp(-samples / memory);
    sums[0] = keep * sums[0] + samples;
    sums[1] = keep * keep * sums[1] + (double) samples * samples;
    sums[2] = keep * sums[2] + samples * ahead;
    sums[3] = keep * sums[3] + samples * ahead * ahead;
    sums[4] = samples;
  }

  /** Trust, 0 to 1; none before the first batch. */
  public double trust() {
    if (sums[0] == 0) {
      return 0;
    }
    double prior = Math.max(PRIOR_SAMPLES, sums[4]);
    double mass = sums[0] + prior;
    double mean = (sums[2] + prior * PRIOR) / mass;
    double variance = Math.max((sums[3] + prior * PRIOR * PRIOR) / mass - mean * mean, 0);
    double batches = mass * mass / (sums[1] + prior * prior);
    double bound = mean - caution * Math.sqrt(variance / batches);
    return 1 / (1 + Math.exp(-sharpness * bound));
  }

  /** Adds what it remembers. */
  public void state(StateArrays arrays) {
    arrays.add("late-sums", sums);
  }

  /** Forgets every batch. */
  public void restart() {
    Arrays.fill(sums, 0);
  }
}
