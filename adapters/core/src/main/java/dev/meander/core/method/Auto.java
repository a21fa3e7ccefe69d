package dev.meander.core.method;

import dev.meander.core.correct.StickyLabels;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.ClassMixStatistics;
import dev.meander.core.normalise.ClassMixStatistics.Tangent;
import dev.meander.core.normalise.ClassMoments;
import dev.meander.core.normalise.InformationWeights;
import dev.meander.core.normalise.LateTrust;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.normalise.SampleDomains;
import dev.meander.core.normalise.SourceShift;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A policy for streams of unknown kind: it reads which classes a batch shows, which of its samples
 * belong together, how much predictions tell and how long labels stay, and normalises, blends and
 * corrects by them. Nothing is trained.
 *
 * <ol>
 *   <li>A first pass, normalised half with the published statistics and half with the batch's,
 *       tells the class shares of the batch, through a label filter of its own that trusts
 *       predictions.
 *   <li>Three predictors normalise with {@link ClassMixStatistics}: the stream's statistics,
 *       compared with those of source samples of the same class shares, at a share w of 0 (the
 *       frozen model), 0.5 and 0.95, the rest being the source's. A fourth, {@link
 *       DomainPredictor}, divides the batch by what each sample looks like and keeps statistics of
 *       each part.
 *   <li>Their probabilities are averaged with {@link InformationWeights}: the mutual information
 *       between input and prediction over the last 200 samples, and how well predictions foretell
 *       the next where labels stay.
 *   <li>A batch that looks like source samples is left to the frozen model as far as {@link
 *       SourceShift} says.
 *   <li>{@link StickyLabels} smooths the average as far as labels were found to stay.
 * </ol>
 *
 * <p>How it decides: where adapted statistics make predictions less telling the frozen model has
 * the weight, and where they make them more so, it loses it; in a mix of domains the parts of a
 * batch tell most. The weight of each stickiness is its Bayesian posterior, so shuffled streams are
 * left alone and sorted ones are smoothed. The class shares take out of the statistics what classes
 * explain, so a skewed batch looks like a balanced one. Small batches are joined with those before,
 * so any batch size will do.
 *
 * <p>Class moments come from source samples, read before the first batch. Without them the weight
 * of the stream falls where few classes are seen. A model without batch norms gets the label filter
 * alone.
 *
 * <p>Published are the statistics of the weightiest adapted w, times the last batch's {@link
 * SourceShift} and as far as {@link LateTrust} holds that what was published before a batch served
 * it better than the frozen model. The label filter and the domains have a state per stream and
 * stay with the learner, so versions serve without them.
 */
final class Auto implements Procedure {

  private static final double[] SHARES = {0, .5, .95};

  private static final Constant SHARE =
      new Constant(
          "batch-share", 0, 0, .999999, "Fixed weight of the stream's statistics; 0 chooses.");
  private static final Constant WINDOW =
      new Constant("window", 16, 1, 65_536, "Samples that statistics stand on at least.");
  private static final Constant FIRST =
      new Constant(
          "first-share", .5, 1e-6, .999999, "Weight of the batch's statistics in the first pass.");
  private static final Constant MEMORY =
      new Constant("information-memory", 200, 1, 1e9, "Samples that predictors are compared over.");
  private static final Constant SHARPNESS =
      new Constant("sharpness", 30, 0, 1e6, "Logarithm of two weights' ratio per nat.");
  private static final Constant DOMAINS =
      new Constant("domains", 8, 0, 64, "Domains told apart within a batch; 0 tells none.");
  private static final Constant DOMAIN_MEMORY =
      new Constant("domain-memory", 128, 1, 1e9, "Samples that domains are remembered over.");
  private static final Constant DOMAIN_SHARE =
      new Constant("domain-share", .5, 1e-6, .999999, "Weight of a domain's statistics.");
  private static final Constant TRUST_MEMORY =
      new Constant("trust-memory", 500, 1, 1e9, "Samples that what was served is judged over.");
  private static final Constant TRUST_SHARPNESS =
      new Constant("trust-sharpness", 60, 0, 1e6, "Logarithm of the served share's odds.");
  private static final Constant TRUST_CAUTION =
      new Constant(
          "trust-caution", 1, 0, 100, "Standard errors that late statistics must lead by.");
  private static final Constant CLASS_MIX =
      new Constant("class-mix", 1, 0, 1, "0 leaves statistics uncorrected for the class mix.");
  private static final Constant STICKY =
      new Constant("sticky", 1, 0, 1, "0 leaves predictions unfiltered.");

  static final Declaration DECLARATION =
      Declaration.frozen(
          "auto",
          List.of(
              SHARE,
              WINDOW,
              FIRST,
              MEMORY,
              SHARPNESS,
              DOMAINS,
              DOMAIN_MEMORY,
              DOMAIN_SHARE,
              TRUST_MEMORY,
              TRUST_SHARPNESS,
              TRUST_CAUTION,
              CLASS_MIX,
              STICKY),
          setting -> setting.frozen(new Normaliser.ClassMix(), run -> new Auto(setting, run)));

  private final ClassMoments moments;
  private final @Nullable ClassMixStatistics statistics;
  private final @Nullable DomainPredictor domains;
  private final InformationWeights information;
  private final LateTrust trust;
  private final StickyLabels labels;
  private final StickyLabels mixLabels;
  private final double[] candidates;
  private final double firstShare;
  private final boolean correctsMix;
  private final boolean correctsLabels;

  private Auto(Setting setting, MethodRun run) {
    this.moments = new ClassMoments(run.statisticsLayout(), run.baseStatistics(), run.classes());
    double fixed = setting.get(SHARE);
    this.candidates = fixed > 0 ? new double[] {fixed} : SHARES;
    this.firstShare = setting.get(FIRST);
    boolean normalises = run.baseStatistics().length > 0;
    boolean chooses = normalises && candidates.length > 1;
    this.statistics = normalises ? newStatistics(run, setting.get(WINDOW)) : null;
    this.domains = chooses && setting.count(DOMAINS) > 0 ? newDomains(setting, run) : null;
    this.information = newWeights(setting, run, candidates.length + (domains == null ? 0 : 1));
    this.trust =
        new LateTrust(
            setting.get(TRUST_MEMORY), setting.get(TRUST_SHARPNESS), setting.get(TRUST_CAUTION));
    this.labels = new StickyLabels(run.classes());
    this.mixLabels = StickyLabels.trusting(run.classes());
    this.correctsMix = setting.get(CLASS_MIX) != 0;
    this.correctsLabels = setting.get(STICKY) != 0;
  }

  private ClassMixStatistics newStatistics(MethodRun run, double window) {
    return new ClassMixStatistics(moments, run.statisticsLayout(), run.baseStatistics(), window);
  }

  private DomainPredictor newDomains(Setting setting, MethodRun run) {
    SampleDomains samples =
        new SampleDomains(
            run.statisticsLayout(),
            run.baseStatistics(),
            setting.count(DOMAINS),
            setting.get(DOMAIN_MEMORY),
            setting.get(WINDOW));
    return new DomainPredictor(
        samples,
        () -> newStatistics(run, setting.get(WINDOW)),
        setting.get(DOMAIN_SHARE),
        firstShare);
  }

  private static InformationWeights newWeights(Setting setting, MethodRun run, int predictors) {
    return new InformationWeights(
        predictors, run.classes(), setting.get(MEMORY), setting.get(SHARPNESS));
  }

  @Override
  public void prepare(MethodRun run) {
    if (statistics == null) {
      return;
    }
    for (LabelledBatch batch : run.source().batches()) {
      for (int c = 0; correctsMix && c < run.classes(); c++) {
        learn(run, batch, c);
      }
    }
    if (domains != null) {
      domains.prepare(run);
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

  @Override
  public MethodStep step(MethodRun run) {
    Opinions opinions = ask(run);
    Tensor late = late(run);
    double[] weights = weigh(information, opinions.logits());
    Tensor logits = opinions.mixed(weights);
    Tensor answers = correctsLabels ? labels.correct(logits, opinions.features()) : logits;
    if (late != null) {
      trust.observe(Rows.of(answers), Rows.of(late), Rows.of(opinions.logits()[0]));
    }
    if (statistics != null) {
      mixLabels.foresee(Rows.of(logits));
      publish(run, statistics, opinions, adapted(weights));
    }
    if (domains != null && opinions.byDomain() != null) {
      domains.absorb(opinions.byDomain());
    }
    return MethodStep.predicted(answers);
  }

  @Override
  public Tensor predict(MethodRun run) {
    Opinions opinions = ask(run);
    double[] weights = weigh(information.copy(), opinions.logits());
    Tensor logits = opinions.mixed(weights);
    return correctsLabels ? labels.preview(logits, opinions.features()) : logits;
  }

  private static double[] weigh(InformationWeights information, Tensor... logits) {
    if (logits.length == 1) {
      return new double[] {1};
    }
    information.observe(Arrays.stream(logits).map(Rows::of).toArray(Rows[]::new));
    return information.weights();
  }

  private Opinions ask(MethodRun run) {
    Tensor x = run.x();
    if (statistics == null) {
      try (Tape tape = run.predict(x, run.theta())) {
        return new Opinions(
            new Tensor[] {tape.logits()}, tape.features(), new float[0][0], new double[0], null);
      }
    }
    NormMode first = NormMode.biasedBlend(1 - firstShare * statistics.batchShare(x.rows()));
    float[] published = run.statistics().estimate();
    try (Tape tape = run.forward(x, run.theta(), published, first, false)) {
      Rows posteriors = Rows.of(mixLabels.preview(tape.logits(), tape.features()));
      float[] expected = run.batchStatistics(tape);
      return ask(run, statistics, expected, posteriors, tape.features());
    }
  }

  private Opinions ask(
      MethodRun run,
      ClassMixStatistics estimate,
      float[] expected,
      Rows posteriors,
      Tensor features) {
    Tensor x = run.x();
    double[] shares = shares(posteriors);
    List<Tensor> logits = new ArrayList<>();
    float[][] batch = new float[candidates.length][0];
    DomainPredictor.Answer answer = null;
    for (int k = 0; k < candidates.length; k++) {
      if (candidates[k] == 0 && domains != null) {
        // one by one: the same answers, and what each sample looks like
        DomainPredictor.Look look = DomainPredictor.look(run, x);
        answer = domains.ask(run, posteriors, look.own());
        logits.add(look.logits());
      } else if (candidates[k] == 0) {
        logits.add(answer(run, x, run.baseStatistics()));
      } else {
        Tangent tangent = estimate.plan(expected, shares, x.rows(), candidates[k]);
        NormMode mode = NormMode.biasedBlend(1 - tangent.batchShare());
        try (Tape tape = run.forward(x, run.theta(), tangent.statistics(), mode, false)) {
          logits.add(tape.logits());
          batch[k] = run.batchStatistics(tape);
        }
      }
    }
    if (answer != null) {
      logits.add(answer.logits());
    }
    return new Opinions(logits.toArray(Tensor[]::new), features, batch, shares, answer);
  }

  /**
   * What a serving node says with the statistics of the batches before; null where nothing chooses
   * and before the second batch.
   */
  private @Nullable Tensor late(MethodRun run) {
    if (statistics == null || candidates.length == 1 || statistics.isEmpty()) {
      return null;
    }
    double share = candidates[adapted(information.weights())];
    share *= domains == null ? 1 : domains.share();
    return answer(run, run.x(), statistics.estimate(share));
  }

  /** What a serving node says with some statistics. */
  private static Tensor answer(MethodRun run, Tensor x, float[] statistics) {
    try (Tape tape = run.forward(x, run.theta(), statistics, NormMode.SOURCE, false)) {
      return tape.logits();
    }
  }

  /** The weightiest candidate but the frozen model. */
  private int adapted(double[] weights) {
    int best = candidates.length - 1;
    for (int k = 0; k < candidates.length; k++) {
      best = candidates[k] > 0 && weights[k] > weights[best] ? k : best;
    }
    return best;
  }

  /**
   * Takes in the batch as the weightiest adapted candidate saw it, and publishes at its share, as
   * far as late statistics are to be trusted.
   */
  private void publish(MethodRun run, ClassMixStatistics estimate, Opinions opinions, int adapted) {
    double trusted = candidates.length > 1 ? trust.trust() : 1;
    float[] next =
        estimate.absorb(
            opinions.batch()[adapted],
            opinions.shares(),
            run.x().rows(),
            trusted * opinions.share() * candidates[adapted]);
    float[] published = run.statistics().estimate();
    System.arraycopy(next, 0, published, 0, next.length);
  }

  /** Class shares of a batch. */
  private static double[] shares(Rows posteriors) {
    float[] mean = posteriors.mean();
    double[] shares = new double[mean.length];
    Arrays.setAll(shares, c -> mean[c]);
    return shares;
  }

  @Override
  public void state(StateArrays arrays) {
    labels.state(arrays);
    mixLabels.state("mix-sticky-", arrays);
    if (statistics != null) {
      moments.state(arrays);
      statistics.state("recent-", arrays);
      information.state("information-", arrays);
      trust.state(arrays);
    }
    if (domains != null) {
      domains.state(arrays);
    }
  }

  @Override
  public void restart(MethodRun run) {
    labels.restart();
    mixLabels.restart();
    information.restart();
    trust.restart();
    if (statistics != null) {
      statistics.restart();
    }
    if (domains != null) {
      domains.restart();
    }
  }
}
