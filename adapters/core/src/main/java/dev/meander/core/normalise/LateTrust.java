package dev.meander.core.normalise;

import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;

/**
 * How far statistics of the batches before are to be trusted for the next one, which may show
 * another domain. Two predictors that need no look at the batch, one with the late statistics and
 * the frozen model, are compared by how often each says what was answered in the end by one that
 * saw the batch: with A the shares of samples where they did, decaying over the last samples, the
 * trust is {@code sigmoid(sharpness (A_late - A_frozen - margin))}.
 *
 * <p>The margin is what late statistics must be ahead by to count half: where a domain seldom
 * outlasts a batch, the frozen model is to be served.
 *
 * <p>Thread-safety: none.
 */
public final class LateTrust {

  /** What is believed at first, that neither is ahead, counts like so much of the memory. */
  private static final double PRIOR = .4;

  private final double memory;
  private final double sharpness;
  private final double margin;
  private final double[] ahead = new double[2];

  /**
   * @param memory samples after which a sample's weight has fallen to 1/e
   * @param sharpness of the sigmoid
   * @param margin of the agreement, -1 to 1
   */
  public LateTrust(double memory, double sharpness, double margin) {
    this.memory = memory;
    this.sharpness = sharpness;
    this.margin = margin;
    restart();
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
    double keep = Math.exp(-samples / memory);
    int difference = 0;
    for (int i = 0; i < samples; i++) {
      int answer = answers.best(i);
      difference += late.best(i) == answer ? 1 : 0;
      difference -= frozen.best(i) == answer ? 1 : 0;
    }
    ahead[0] = keep * ahead[0] + (1 - keep) * difference / samples;
    ahead[1] = keep * ahead[1] + 1 - keep;
  }

  /** Trust, 0 to 1; little before the first batch. */
  public double trust() {
    return 1 / (1 + Math.exp(-sharpness * (ahead[0] / ahead[1] - margin)));
  }

  /** Adds what it remembers. */
  public void state(StateArrays arrays) {
    arrays.add("late-ahead", ahead);
  }

  /** Forgets every batch. */
  public void restart() {
    ahead[0] = 0;
    ahead[1] = PRIOR;
  }
}
