package dev.meander.core.method;

import dev.meander.core.correct.StickyLabels;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.ClassMixStatistics;
import dev.meander.core.normalise.ClassMixStatistics.Tangent;
import dev.meander.core.normalise.ClassMoments;
import dev.meander.core.normalise.InformationWeights;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A policy for streams of unknown kind: it reads which classes a batch shows, how much the
 * predictions tell and how long labels stay, and normalises, blends and corrects by them. Nothing
 * is trained.
 *
 * <ol>
 *   <li>A first pass, normalised half with the published statistics and half with the batch's,
 *       tells the class shares of the batch, through a copy of the label filter.
 *   <li>Three predictors normalise with {@link ClassMixStatistics}: the stream's statistics,
 *       compared with those of source samples of the same class shares, at a share w of 0 (the
 *       frozen model), 0.5 and 0.95, the rest being the source's.
 *   <li>Their probabilities are averaged with {@link InformationWeights}: the mutual information
 *       between input and prediction over the last 200 samples.
 *   <li>{@link StickyLabels} smooths the average as far as labels were found to stay.
 * </ol>
 *
 * <p>How it decides: where adapted statistics make predictions less telling, as in a mix of many
 * domains, the frozen model has the weight, and where they make them more so, it loses it. The
 * weight of each stickiness is its Bayesian posterior, so shuffled streams are left alone and
 * sorted ones are smoothed. The class shares take out of the statistics what classes explain, so a
 * skewed batch looks like a balanced one. Small batches are joined with those before, so any batch
 * size will do.
 *
 * <p>Class moments come from source samples, read before the first batch. Without them the weight
 * of the stream falls where few classes are seen. A model without batch norms gets the label filter
 * alone. Published are the statistics at the w of most weight; the label filter has a state per
 * stream and stays with the learner, so versions serve without it.
 */
final class Auto implements Procedure {

  private static final double[] SHARES = {0, .5, .95};

  private static final Constant SHARE =
      new Constant(
          "batch-share", 0, 0, .999999, "Fixed weight of the stream's statistics; 0 chooses.");
  private static final Constant WINDOW =
      new Constant("window", 32, 1, 65_536, "Samples that statistics stand on at least.");
  private static final Constant FIRST =
      new Constant(
          "first-share", .5, 1e-6, .999999, "Weight of the batch's statistics in the first pass.");
  private static final Constant MEMORY =
      new Constant("information-memory", 200, 1, 1e9, "Samples that predictors are compared over.");
  private static final Constant SHARPNESS =
      new Constant("sharpness", 15, 0, 1e6, "Logarithm of two weights' ratio per nat.");
  private static final Constant CLASS_MIX =
      new Constant("class-mix", 1, 0, 1, "0 leaves statistics uncorrected for the class mix.");
  private static final Constant STICKY =
      new Constant("sticky", 1, 0, 1, "0 leaves predictions unfiltered.");

  static final Declaration DECLARATION =
      Declaration.frozen(
          "auto",
          List.of(SHARE, WINDOW, FIRST, MEMORY, SHARPNESS, CLASS_MIX, STICKY),
          setting -> setting.frozen(new Normaliser.ClassMix(), run -> new Auto(setting, run)));

  private final ClassMoments moments;
  private final @Nullable ClassMixStatistics statistics;
  private final InformationWeights information;
  private final StickyLabels labels;
  private final double[] candidates;
  private final double firstShare;
  private final boolean correctsMix;
  private final boolean correctsLabels;

  private Auto(Setting setting, MethodRun run) {
    float[] source = run.baseStatistics();
    this.moments = new ClassMoments(run.statisticsLayout(), source, run.classes());
    this.statistics =
        source.length == 0
            ? null
            : new ClassMixStatistics(moments, run.statisticsLayout(), source, setting.get(WINDOW));
    double fixed = setting.get(SHARE);
    this.candidates = fixed > 0 ? new double[] {fixed} : SHARES;
    this.information =
        new InformationWeights(
            candidates.length, run.classes(), setting.get(MEMORY), setting.get(SHARPNESS));
    this.labels = new StickyLabels(run.classes());
    this.firstShare = setting.get(FIRST);
    this.correctsMix = setting.get(CLASS_MIX) != 0;
    this.correctsLabels = setting.get(STICKY) != 0;
  }

  @Override
  public void prepare(MethodRun run) {
    if (statistics == null || !correctsMix) {
      return;
    }
    for (LabelledBatch batch : run.source().batches()) {
      for (int c = 0; c < run.classes(); c++) {
        learn(run, batch, c);
      }
    }
  }

  private void learn(MethodRun run, LabelledBatch batch, int label) {
    int[] labels = batch.labels();
    int[] rows = IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
    if (rows.length == 0) {
      return;
    }
    Tensor x = batch.x().rows(rows);
    try (Tape tape = run.forward(x, run.theta(), run.baseStatistics(), NormMode.RENORM, false)) {
      moments.learn(label, run.batchStatistics(tape), rows.length);
    }
  }

  /**
   * What the predictors say of a batch.
   *
   * @param logits of each
   * @param features of the first
   * @param batch statistics that the pass of each showed; empty for the frozen model
   * @param shares class shares of the batch
   */
  private record Opinions(Tensor[] logits, Tensor features, float[][] batch, double[] shares) {}

  @Override
  public MethodStep step(MethodRun run) {
    Opinions opinions = ask(run);
    double[] weights = weigh(information, opinions);
    if (statistics != null) {
      publish(run, statistics, opinions, weights);
    }
    Tensor logits = average(opinions.logits, weights);
    return MethodStep.predicted(
        correctsLabels ? labels.correct(logits, opinions.features) : logits);
  }

  @Override
  public Tensor predict(MethodRun run) {
    Opinions opinions = ask(run);
    Tensor logits = average(opinions.logits, weigh(information.copy(), opinions));
    return correctsLabels ? labels.preview(logits, opinions.features) : logits;
  }

  private static double[] weigh(InformationWeights information, Opinions opinions) {
    if (opinions.logits.length == 1) {
      return new double[] {1};
    }
    information.observe(Arrays.stream(opinions.logits).map(Rows::of).toArray(Rows[]::new));
    return information.weights();
  }

  private Opinions ask(MethodRun run) {
    Tensor x = run.x();
    if (statistics == null) {
      try (Tape tape = run.predict(x, run.theta())) {
        return new Opinions(
            new Tensor[] {tape.logits()}, tape.features(), new float[0][0], new double[0]);
      }
    }
    float[] published = run.statistics().estimate();
    NormMode first = NormMode.biasedBlend(1 - firstShare * statistics.batchShare(x.rows()));
    float[] expected;
    double[] shares;
    Tensor features;
    try (Tape tape = run.forward(x, run.theta(), published, first, false)) {
      expected = run.batchStatistics(tape);
      features = tape.features();
      shares = shares(labels.preview(tape.logits(), features));
    }
    return ask(run, statistics, expected, shares, features);
  }

  private Opinions ask(
      MethodRun run,
      ClassMixStatistics estimate,
      float[] expected,
      double[] shares,
      Tensor features) {
    Tensor x = run.x();
    Tensor[] logits = new Tensor[candidates.length];
    float[][] batch = new float[candidates.length][];
    for (int k = 0; k < candidates.length; k++) {
      boolean frozen = candidates[k] == 0;
      Tangent tangent =
          frozen
              ? new Tangent(0, run.baseStatistics())
              : estimate.plan(expected, shares, x.rows(), candidates[k]);
      NormMode mode = frozen ? NormMode.SOURCE : NormMode.biasedBlend(1 - tangent.batchShare());
      try (Tape tape = run.forward(x, run.theta(), tangent.statistics(), mode, false)) {
        logits[k] = tape.logits();
        batch[k] = frozen ? new float[0] : run.batchStatistics(tape);
      }
    }
    return new Opinions(logits, features, batch, shares);
  }

  /**
   * Takes in the batch as the weightiest adapted predictor saw it, and publishes at the share of
   * the weightiest of all.
   */
  private void publish(
      MethodRun run, ClassMixStatistics estimate, Opinions opinions, double[] weights) {
    int best = candidates.length - 1;
    int adapted = best;
    for (int k = 0; k < candidates.length; k++) {
      best = weights[k] > weights[best] ? k : best;
      adapted = candidates[k] > 0 && weights[k] > weights[adapted] ? k : adapted;
    }
    float[] next =
        estimate.absorb(opinions.batch[adapted], opinions.shares, run.x().rows(), candidates[best]);
    float[] published = run.statistics().estimate();
    System.arraycopy(next, 0, published, 0, next.length);
  }

  /** Logarithm of the weighted mean of the probabilities. */
  private static Tensor average(Tensor[] logits, double[] weights) {
    if (logits.length == 1) {
      return logits[0];
    }
    double[] mean = new double[logits[0].data().length];
    for (int k = 0; k < logits.length; k++) {
      float[] probabilities = Rows.of(logits[k]).probabilities();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += weights[k] * probabilities[i];
      }
    }
    float[] logarithms = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      logarithms[i] = (float) Math.log(Math.max(mean[i], 1e-20));
    }
    return new Tensor(logarithms, logits[0].shape());
  }

  /** Class shares of a batch. */
  private static double[] shares(Tensor logits) {
    float[] mean = Rows.of(logits).mean();
    double[] shares = new double[mean.length];
    Arrays.setAll(shares, c -> mean[c]);
    return shares;
  }

  @Override
  public void state(StateArrays arrays) {
    labels.state(arrays);
    if (statistics != null) {
      moments.state(arrays);
      statistics.state(arrays);
      information.state(arrays);
    }
  }

  @Override
  public void restart(MethodRun run) {
    labels.restart();
    information.restart();
    if (statistics != null) {
      statistics.restart();
    }
  }
}
