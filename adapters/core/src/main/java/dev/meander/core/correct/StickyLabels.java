package dev.meander.core.correct;

import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads predictions as noisy views of a hidden label that may stay for a while: a hidden Markov
 * chain whose label is kept with probability {@code 1 - e} and else drawn anew from r, the model's
 * own long-run marginal. How sticky a stream is, is not known, nor how far predictions are to be
 * believed: every pair (e, f) of a grid is followed, f being the share of predictions that say
 * nothing, and results are averaged with the posterior weight of each.
 *
 * <p>Per sample with probabilities p and grid point: {@code l = (1-f) p / r + f, alpha = ((1-e)
 * alpha + e r) l}, its evidence {@code sum(alpha)}, normalised; {@code ln weight = .995 ln weight +
 * .005 ln prior + ln evidence}, normalised; {@code r = (1-k) r + k p, k = max(.001, 1/(n+200))}.
 * Samples of one batch are smoothed backwards with the weights at the end of the batch: {@code beta
 * = (1-e) l beta + e sum(r l beta)}. The result is the logarithm of the averaged posterior.
 *
 * <p>A stream without stickiness gets weight on e = 1, which gives p back. A model that predicts
 * one class for everything is not taken for a sticky stream: its bias is in r too. Where most
 * predictions of a long run are wrong, the run shows only to a large f; but so may the bias of a
 * model in a domain that it does not know, which is why the prior falls as {@code exp(-40 f)}.
 * Order counts: samples of a batch must be in order of arrival.
 *
 * <p>Thread-safety: none.
 */
public final class StickyLabels implements OutputCorrector {

  private static final double[] REDRAW = {1, .7, .5, .35, .25, .15, .1, .05, .02, .01, .004};
  private static final double[] DOUBT = {.02, .1, .2, .5};
  private static final double DOUBT_COST = 40;
  private static final List<Hypothesis> GRID = grid(DOUBT);
  private static final List<Hypothesis> TRUSTING = grid(DOUBT[0]);
  private static final double FORGET = .005;
  private static final double MARGINAL_RATE_MIN = .001;
  private static final double MARGINAL_START = 200;
  private static final double TINY = 1e-20;

  private final int classes;
  private final List<Hypothesis> grid;
  private final double[] chains;
  private final double[] logWeights;
  private final double[] marginal;
  private final double[] seen;

  /**
   * What one chain takes the stream for.
   *
   * @param redraw e, probability that a label is drawn anew
   * @param doubt f, share of predictions that say nothing
   */
  private record Hypothesis(double redraw, double doubt) {}

  private static List<Hypothesis> grid(double... doubts) {
    List<Hypothesis> grid = new ArrayList<>();
    for (double redraw : REDRAW) {
      for (double doubt : doubts) {
        if (redraw < 1 || doubt == DOUBT[0]) {
          grid.add(new Hypothesis(redraw, doubt));
        }
      }
    }
    return List.copyOf(grid);
  }

  /**
   * @param classes number of classes
   */
  public StickyLabels(int classes) {
    this(classes, GRID);
  }

  private StickyLabels(int classes, List<Hypothesis> grid) {
    this.classes = classes;
    this.grid = grid;
    this.chains = new double[grid.size() * classes];
    this.logWeights = new double[grid.size()];
    this.marginal = new double[classes];
    this.seen = new double[1];
    restart();
  }

  /**
   * One that takes nearly every prediction at its word, f being .02: for what predictions are made
   * from, where a label that is wrongly held would confirm itself.
   *
   * @param classes number of classes
   */
  public static StickyLabels trusting(int classes) {
    return new StickyLabels(classes, TRUSTING);
  }

  private StickyLabels(StickyLabels from) {
    this.classes = from.classes;
    this.grid = from.grid;
    this.chains = from.chains.clone();
    this.logWeights = from.logWeights.clone();
    this.marginal = from.marginal.clone();
    this.seen = from.seen.clone();
  }

  /**
   * What a batch looks like to the chains.
   *
   * @param ratios p / r of each sample {@code [b * classes]}
   * @param marginals r of each sample {@code [b * classes]}
   * @param alphas every chain after each sample {@code [grid][b * classes]}
   * @param foreseen mean logarithm of the evidence per sample
   */
  private record Views(
      double[] ratios, double[] marginals, double[][] alphas, int rows, double foreseen) {}

  @Override
  public Tensor correct(Tensor logits, Tensor features) {
    Views views = filter(Rows.of(logits));
    double[] smoothed = new double[logits.data().length];
    for (int g = 0; g < grid.size(); g++) {
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
    for (int g = 0; g < grid.size(); g++) {
      mean += Math.exp(logWeights[g]) * grid.get(g).redraw;
    }
    return mean;
  }

  /** Takes every sample into chains, weights and marginal. */
  private Views filter(Rows rows) {
    double[] ratios = new double[rows.rows() * classes];
    double[] marginals = new double[ratios.length];
    double[][] alphas = new double[grid.size()][ratios.length];
    double foreseen = 0;
    for (int i = 0; i < rows.rows(); i++) {
      int from = i * classes;
      System.arraycopy(marginal, 0, marginals, from, classes);
      for (int c = 0; c < classes; c++) {
        ratios[from + c] = rows.probabilities()[from + c] / marginal[c];
      }
      double expected = 0;
      for (int g = 0; g < grid.size(); g++) {
        double evidence = advance(g, ratios, from);
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
    return new Views(ratios, marginals, alphas, rows.rows(), foreseen);
  }

  /** One sample of one chain; returns its evidence. */
  private double advance(int g, double[] ratios, int from) {
    int at = g * classes;
    double redraw = grid.get(g).redraw;
    double doubt = grid.get(g).doubt;
    double evidence = 0;
    for (int c = 0; c < classes; c++) {
      double l = (1 - doubt) * ratios[from + c] + doubt;
      chains[at + c] = ((1 - redraw) * chains[at + c] + redraw * marginal[c]) * l;
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
      retreat(views, from, grid.get(g), beta);
    }
  }

  /** Takes sample {@code from} into the backward message, scaled to a largest entry of 1. */
  private void retreat(Views views, int from, Hypothesis given, double[] beta) {
    double drawn = 0;
    for (int c = 0; c < classes; c++) {
      beta[c] *= (1 - given.doubt) * views.ratios[from + c] + given.doubt;
      drawn += views.marginals[from + c] * beta[c];
    }
    double largest = 0;
    for (int c = 0; c < classes; c++) {
      beta[c] = (1 - given.redraw) * beta[c] + given.redraw * drawn;
      largest = Math.max(largest, beta[c]);
    }
    for (int c = 0; c < classes; c++) {
      beta[c] /= Math.max(largest, TINY);
    }
  }

  private double logPrior(int g) {
    return Math.log(g == 0 ? .5 : .5 / (grid.size() - 1))
        - DOUBT_COST * (grid.get(g).doubt - DOUBT[0]);
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
    Arrays.setAll(logWeights, this::logPrior);
    normaliseLogarithms();
    Arrays.fill(marginal, 1.0 / classes);
    seen[0] = 0;
  }
}
