package dev.meander.core.correct;

import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;

/**
 * Reads predictions as noisy views of a hidden label that may stay for a while: a hidden Markov
 * chain whose label is kept with probability {@code 1 - e} and else drawn anew from r, the model's
 * own long-run marginal. How sticky a stream is, is not known: every e of a grid is followed, and
 * results are averaged with the posterior weight of each.
 *
 * <p>Per sample with probabilities p: {@code p = .98 p + .02 r, l = p / r}; per grid point {@code
 * alpha = ((1-e) alpha + e r) l}, its evidence {@code sum(alpha)}, normalised; {@code ln weight =
 * .995 ln weight + .005 ln prior + ln evidence}, normalised; {@code r = (1-k) r + k p, k =
 * max(.001, 1/(n+200))}. Samples of one batch are smoothed backwards with the weights at the end of
 * the batch: {@code beta = (1-e) l beta + e sum(r l beta)}. The result is the logarithm of the
 * averaged posterior.
 *
 * <p>A stream without stickiness gets weight on e = 1, which gives p back. A model that predicts
 * one class for everything is not taken for a sticky stream: its bias is in r too. Order counts:
 * samples of a batch must be in order of arrival.
 *
 * <p>Thread-safety: none.
 */
public final class StickyLabels implements OutputCorrector {

  private static final double[] REDRAW = {1, .7, .5, .35, .25, .15, .1, .05, .02, .01, .004};
  private static final double FLOOR = .02;
  private static final double FORGET = .005;
  private static final double MARGINAL_RATE_MIN = .001;
  private static final double MARGINAL_START = 200;
  private static final double TINY = 1e-20;

  private final int classes;
  private final double[] chains;
  private final double[] logWeights;
  private final double[] marginal;
  private final double[] seen;

  /**
   * @param classes number of classes
   */
  public StickyLabels(int classes) {
    this.classes = classes;
    this.chains = new double[REDRAW.length * classes];
    this.logWeights = new double[REDRAW.length];
    this.marginal = new double[classes];
    this.seen = new double[1];
    restart();
  }

  private StickyLabels(StickyLabels from) {
    this.classes = from.classes;
    this.chains = from.chains.clone();
    this.logWeights = from.logWeights.clone();
    this.marginal = from.marginal.clone();
    this.seen = from.seen.clone();
  }

  /**
   * What a batch looks like to the chains.
   *
   * @param likelihoods l of each sample {@code [b * classes]}
   * @param marginals r of each sample {@code [b * classes]}
   * @param alphas every chain after each sample {@code [grid][b * classes]}
   * @param foreseen mean logarithm of the evidence per sample
   */
  private record Views(
      double[] likelihoods, double[] marginals, double[][] alphas, int rows, double foreseen) {}

  @Override
  public Tensor correct(Tensor logits, Tensor features) {
    Views views = filter(Rows.of(logits));
    double[] smoothed = new double[logits.data().length];
    for (int g = 0; g < REDRAW.length; g++) {
      smooth(views, g, Math.exp(logWeights[g]), smoothed);
    }
    float[] corrected = new float[smoothed.length];
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] = (float) Math.log(Math.max(smoothed[i], TINY));
    }
    return new Tensor(corrected, logits.shape());
  }

  @Override
  public Tensor preview(Tensor logits, Tensor features) {
    return copy().correct(logits, features);
  }

  /**
   * Takes in a batch and tells how much better the labels before foresaw its predictions than the
   * long-run marginal does: the mean logarithm of the evidence, averaged over the grid, in nats a
   * sample. Nearly zero where labels are drawn anew; of a sticky stream, the more the better the
   * predictions are.
   *
   * @param predictions in order of arrival
   */
  public double foresee(Rows predictions) {
    return filter(predictions).foreseen;
  }

  /** A copy that goes on by itself. */
  public StickyLabels copy() {
    return new StickyLabels(this);
  }

  /** Probability that the next label is drawn anew, averaged over the grid; 1 is not sticky. */
  public double redrawProbability() {
    double mean = 0;
    for (int g = 0; g < REDRAW.length; g++) {
      mean += Math.exp(logWeights[g]) * REDRAW[g];
    }
    return mean;
  }

  /** Takes every sample into chains, weights and marginal. */
  private Views filter(Rows rows) {
    double[] likelihoods = new double[rows.rows() * classes];
    double[] marginals = new double[likelihoods.length];
    double[][] alphas = new double[REDRAW.length][likelihoods.length];
    double[] l = new double[classes];
    double foreseen = 0;
    for (int i = 0; i < rows.rows(); i++) {
      int from = i * classes;
      System.arraycopy(marginal, 0, marginals, from, classes);
      for (int c = 0; c < classes; c++) {
        double p = (1 - FLOOR) * rows.probabilities()[from + c] + FLOOR * marginal[c];
        l[c] = p / marginal[c];
      }
      System.arraycopy(l, 0, likelihoods, from, classes);
      double expected = 0;
      for (int g = 0; g < REDRAW.length; g++) {
        double evidence = advance(g, l);
        expected += Math.exp(logWeights[g]) * evidence;
        System.arraycopy(chains, g * classes, alphas[g], from, classes);
        logWeights[g] =
            (1 - FORGET) * logWeights[g]
                + FORGET * logPrior(g)
                + Math.log(Math.max(evidence, TINY));
      }
      foreseen += Math.log(Math.max(expected, TINY)) / rows.rows();
      normaliseLogarithms();
      double rate = Math.max(MARGINAL_RATE_MIN, 1 / (seen[0] + MARGINAL_START));
      for (int c = 0; c < classes; c++) {
        marginal[c] =
            Math.max((1 - rate) * marginal[c] + rate * rows.probabilities()[from + c], TINY);
      }
      seen[0]++;
    }
    return new Views(likelihoods, marginals, alphas, rows.rows(), foreseen);
  }

  /** One sample of one chain; returns its evidence. */
  private double advance(int g, double[] l) {
    int at = g * classes;
    double evidence = 0;
    for (int c = 0; c < classes; c++) {
      chains[at + c] = ((1 - REDRAW[g]) * chains[at + c] + REDRAW[g] * marginal[c]) * l[c];
      evidence += chains[at + c];
    }
    double scale = 1 / Math.max(evidence, TINY);
    for (int c = 0; c < classes; c++) {
      chains[at + c] *= scale;
    }
    return evidence;
  }

  /** Adds the smoothed posteriors of one grid point, {@code weight} times. */
  private void smooth(Views views, int g, double weight, double[] into) {
    double[] alphas = views.alphas[g];
    double[] beta = new double[classes];
    Arrays.fill(beta, 1);
    for (int i = views.rows - 1; i >= 0; i--) {
      int from = i * classes;
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += alphas[from + c] * beta[c];
      }
      for (int c = 0; c < classes; c++) {
        into[from + c] += weight * alphas[from + c] * beta[c] / Math.max(sum, TINY);
      }
      retreat(views, from, REDRAW[g], beta);
    }
  }

  /** Takes sample {@code from} into the backward message, scaled to a largest entry of 1. */
  private void retreat(Views views, int from, double redraw, double[] beta) {
    double drawn = 0;
    for (int c = 0; c < classes; c++) {
      beta[c] *= views.likelihoods[from + c];
      drawn += views.marginals[from + c] * beta[c];
    }
    double largest = 0;
    for (int c = 0; c < classes; c++) {
      beta[c] = (1 - redraw) * beta[c] + redraw * drawn;
      largest = Math.max(largest, beta[c]);
    }
    for (int c = 0; c < classes; c++) {
      beta[c] /= Math.max(largest, TINY);
    }
  }

  private static double logPrior(int g) {
    return Math.log(g == 0 ? .5 : .5 / (REDRAW.length - 1));
  }

  private void normaliseLogarithms() {
    double max = Arrays.stream(logWeights).max().orElseThrow();
    double sum = 0;
    for (double value : logWeights) {
      sum += Math.exp(value - max);
    }
    double total = max + Math.log(sum);
    for (int g = 0; g < logWeights.length; g++) {
      logWeights[g] -= total;
    }
  }

  @Override
  public void state(StateArrays arrays) {
    state("sticky-", arrays);
  }

  /**
   * Adds what it remembers.
   *
   * @param prefix of the names
   */
  public void state(String prefix, StateArrays arrays) {
    arrays.add(prefix + "chains", chains);
    arrays.add(prefix + "weights", logWeights);
    arrays.add(prefix + "marginal", marginal);
    arrays.add(prefix + "seen", seen);
  }

  @Override
  public void restart() {
    Arrays.fill(chains, 1.0 / classes);
    Arrays.setAll(logWeights, StickyLabels::logPrior);
    Arrays.fill(marginal, 1.0 / classes);
    seen[0] = 0;
  }
}
