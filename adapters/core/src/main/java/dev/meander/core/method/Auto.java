package dev.meander.core.method;

import dev.meander.core.correct.StickyLabels;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.ClassMixStatistics;
import dev.meander.core.normalise.ClassMoments;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A policy for streams of unknown kind: it reads which classes a batch shows and how long labels
 * stay, and corrects statistics and predictions by both. Nothing is trained.
 *
 * <p>A batch is forwarded twice. The first pass, with the published statistics and a share of the
 * batch's, tells the class shares of the batch, through a copy of the label filter. The second one
 * normalises with {@link ClassMixStatistics}: statistics of the last samples, compared with those
 * of source samples of the same class shares, half blended with the source's. {@link StickyLabels}
 * then smooths the predictions as far as labels were found to stay.
 *
 * <p>How it decides: the weight of each stickiness is its Bayesian posterior, so shuffled streams
 * are left alone and sorted ones are smoothed; the class shares take out of the statistics what
 * classes explain, so a skewed batch looks like a balanced one; small batches are joined with those
 * before, so any batch size will do.
 *
 * <p>Class moments come from source samples, read before the first batch. Without them the weight
 * of the stream falls where few classes are seen. A model without batch norms gets the label filter
 * alone. Published are the blended statistics; the label filter has a state per stream and stays
 * with the learner.
 */
final class Auto implements Procedure {

  private static final Constant SHARE =
      new Constant("batch-share", .5, 1e-6, .999999, "Weight of the stream's statistics.");
  private static final Constant WINDOW =
      new Constant("window", 32, 1, 65_536, "Samples that statistics stand on at least.");
  private static final Constant FIRST =
      new Constant(
          "first-share", .5, 0, .999999, "Weight of the batch's statistics in the first pass.");
  private static final Constant CLASS_MIX =
      new Constant("class-mix", 1, 0, 1, "0 leaves statistics uncorrected for the class mix.");
  private static final Constant STICKY =
      new Constant("sticky", 1, 0, 1, "0 leaves predictions unfiltered.");

  static final Declaration DECLARATION =
      Declaration.frozen(
          "auto",
          List.of(SHARE, WINDOW, FIRST, CLASS_MIX, STICKY),
          setting ->
              setting.frozen(
                  new Normaliser.ClassMix(setting.get(SHARE)), run -> new Auto(setting, run)));

  private final ClassMoments moments;
  private final @Nullable ClassMixStatistics statistics;
  private final StickyLabels labels;
  private final double firstShare;
  private final boolean correctsMix;
  private final boolean correctsLabels;

  private Auto(Setting setting, MethodRun run) {
    float[] source = run.baseStatistics();
    this.moments = new ClassMoments(run.statisticsLayout(), source, run.classes());
    this.statistics =
        source.length == 0
            ? null
            : new ClassMixStatistics(
                moments, run.statisticsLayout(), source, setting.get(SHARE), setting.get(WINDOW));
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
        int label = c;
        int[] rows =
            IntStream.range(0, batch.labels().length)
                .filter(i -> batch.labels()[i] == label)
                .toArray();
        if (rows.length > 0) {
          try (Tape tape =
              run.forward(
                  batch.x().rows(rows),
                  run.theta(),
                  run.baseStatistics(),
                  NormMode.RENORM,
                  false)) {
            moments.learn(c, run.batchStatistics(tape), rows.length);
          }
        }
      }
    }
  }

  @Override
  public MethodStep step(MethodRun run) {
    return MethodStep.predicted(
        pass(
            run,
            labels::correct,
            (ClassMixStatistics estimate, Tape tape, double[] shares) -> {
              float[] published = run.statistics().estimate();
              float[] next = estimate.absorb(run.batchStatistics(tape), shares, run.x().rows());
              System.arraycopy(next, 0, published, 0, next.length);
            }));
  }

  @Override
  public Tensor predict(MethodRun run) {
    return pass(run, labels::preview, (estimate, tape, shares) -> {});
  }

  /** Takes the statistics of the last pass. */
  private interface Observer {
    void observe(ClassMixStatistics estimate, Tape tape, double[] shares);
  }

  private Tensor pass(
      MethodRun run, BiFunction<Tensor, Tensor, Tensor> corrector, Observer observer) {
    Tensor x = run.x();
    if (statistics == null) {
      try (Tape tape = run.predict(x, run.theta())) {
        return corrected(corrector, tape);
      }
    }
    double[] shares;
    ClassMixStatistics.Tangent tangent;
    float[] published = run.statistics().estimate();
    double share = firstShare * statistics.batchShare(x.rows());
    NormMode first = share < 1e-6 ? NormMode.RENORM : NormMode.biasedBlend(1 - share);
    try (Tape tape = run.forward(x, run.theta(), published, first, false)) {
      shares = shares(labels.preview(tape.logits(), tape.features()));
      tangent = statistics.plan(run.batchStatistics(tape), shares, x.rows());
    }
    NormMode second = NormMode.biasedBlend(1 - tangent.batchShare());
    try (Tape tape = run.forward(x, run.theta(), tangent.statistics(), second, false)) {
      observer.observe(statistics, tape, shares);
      return corrected(corrector, tape);
    }
  }

  private Tensor corrected(BiFunction<Tensor, Tensor, Tensor> corrector, Tape tape) {
    return correctsLabels ? corrector.apply(tape.logits(), tape.features()) : tape.logits();
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
    }
  }

  @Override
  public void restart(MethodRun run) {
    labels.restart();
    if (statistics != null) {
      statistics.restart();
    }
  }
}
