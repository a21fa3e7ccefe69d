package dev.meander.core.method;

import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.ClassMixStatistics;
import dev.meander.core.normalise.ClassMixStatistics.Tangent;
import dev.meander.core.normalise.SampleDomains;
import dev.meander.core.normalise.SampleDomains.Assignment;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Normalises every sample with statistics of those that look like it: {@link SampleDomains} divides
 * a batch, and each part has {@link ClassMixStatistics} of its own, kept from batch to batch. Where
 * a batch mixes domains, statistics over all of it fit none of them; these do.
 *
 * <p>Thread-safety: none; belongs to one learner.
 */
final class DomainPredictor {

  private static final int SOURCE_SAMPLES = 256;

  private final SampleDomains domains;
  private final Supplier<ClassMixStatistics> fresh;
  private final ClassMixStatistics[] byDomain;
  private final double share;
  private final double firstShare;

  /**
   * @param domains tells samples apart
   * @param fresh makes the statistics of a domain
   * @param share weight of a domain's statistics, the rest being the source's
   * @param firstShare weight of a domain's statistics in its first pass
   */
  DomainPredictor(
      SampleDomains domains, Supplier<ClassMixStatistics> fresh, double share, double firstShare) {
    this.domains = domains;
    this.fresh = fresh;
    this.share = share;
    this.firstShare = firstShare;
    this.byDomain = new ClassMixStatistics[domains.count()];
    Arrays.setAll(byDomain, k -> fresh.get());
  }

  /**
   * What the frozen model says of samples, and the statistics of each over its positions.
   *
   * @param logits {@code [b, classes]}
   * @param own one array per sample, in the layout of the statistics
   */
  record Look(Tensor logits, float[][] own) {}

  /** Shows samples to the frozen model one by one. */
  static Look look(MethodRun run, Tensor x) {
    float[] logits = new float[x.rows() * run.classes()];
    float[][] own = new float[x.rows()][];
    for (int i = 0; i < own.length; i++) {
      Tensor one = x.rows(new int[] {i});
      try (Tape tape =
          run.forward(one, run.theta(), run.baseStatistics(), NormMode.RENORM, false)) {
        System.arraycopy(tape.logits().data(), 0, logits, i * run.classes(), run.classes());
        own[i] = run.batchStatistics(tape);
      }
    }
    return new Look(new Tensor(logits, own.length, run.classes()), own);
  }

  /** Learns from source samples what samples of one domain differ in. */
  void prepare(MethodRun run) {
    int left = SOURCE_SAMPLES;
    for (LabelledBatch batch : run.source().batches()) {
      int rows = Math.min(left, batch.labels().length);
      if (rows == 0) {
        return;
      }
      for (float[] own : look(run, batch.x().rows(IntStream.range(0, rows).toArray())).own) {
        domains.learn(own);
      }
      left -= rows;
    }
  }

  /**
   * What every sample is taken for with the statistics of its domain. Nothing is taken in yet.
   *
   * @param logits {@code [b, classes]}
   * @param statistics batch statistics of each domain's pass; empty for domains without samples
   * @param shares class shares of each domain's samples
   */
  record Answer(Tensor logits, Assignment assignment, float[][] statistics, double[][] shares) {}

  /**
   * Asks about a batch.
   *
   * @param posteriors of the batch's samples, for the class shares of each domain
   * @param own statistics of each sample
   */
  Answer ask(MethodRun run, Rows posteriors, float[][] own) {
    Tensor x = run.x();
    int classes = run.classes();
    Assignment assignment = domains.assign(own);
    float[] logits = new float[x.rows() * classes];
    float[][] statistics = new float[byDomain.length][0];
    double[][] shares = new double[byDomain.length][0];
    for (int k = 0; k < byDomain.length; k++) {
      int[] rows = assignment.rows(k);
      if (rows.length == 0) {
        continue;
      }
      ClassMixStatistics estimate = assignment.opened()[k] ? fresh.get() : byDomain[k];
      Tensor part = x.rows(rows);
      shares[k] = shares(posteriors, rows);
      Tangent tangent = estimate.plan(expected(run, part, estimate), shares[k], rows.length, share);
      NormMode mode = NormMode.biasedBlend(1 - tangent.batchShare());
      try (Tape tape = run.forward(part, run.theta(), tangent.statistics(), mode, false)) {
        statistics[k] = run.batchStatistics(tape);
        for (int i = 0; i < rows.length; i++) {
          System.arraycopy(tape.logits().data(), i * classes, logits, rows[i] * classes, classes);
        }
      }
    }
    return new Answer(new Tensor(logits, x.rows(), classes), assignment, statistics, shares);
  }

  private float[] expected(MethodRun run, Tensor part, ClassMixStatistics estimate) {
    NormMode first = NormMode.biasedBlend(1 - firstShare * estimate.batchShare(part.rows()));
    try (Tape tape = run.forward(part, run.theta(), estimate.estimate(share), first, false)) {
      return run.batchStatistics(tape);
    }
  }

  private static double[] shares(Rows posteriors, int[] rows) {
    int classes = posteriors.classes();
    double[] shares = new double[classes];
    for (int row : rows) {
      for (int c = 0; c < classes; c++) {
        shares[c] += (double) posteriors.probabilities()[row * classes + c] / rows.length;
      }
    }
    return shares;
  }

  /** How far the last batch was to be adapted to, 0 to 1. */
  double share() {
    return domains.share();
  }

  /** Takes in a batch that was asked about. */
  void absorb(Answer answer) {
    domains.absorb(answer.assignment);
    for (int k = 0; k < byDomain.length; k++) {
      if (answer.assignment.opened()[k]) {
        byDomain[k].restart();
      }
      int[] rows = answer.assignment.rows(k);
      if (rows.length > 0) {
        byDomain[k].absorb(answer.statistics[k], answer.shares[k], rows.length, share);
      }
    }
  }

  /** Adds what it remembers. */
  void state(StateArrays arrays) {
    domains.state(arrays);
    for (int k = 0; k < byDomain.length; k++) {
      byDomain[k].state("domain-" + k + "-", arrays);
    }
  }

  /** Forgets every batch. */
  void restart() {
    domains.restart();
    for (ClassMixStatistics statistics : byDomain) {
      statistics.restart();
    }
  }
}
