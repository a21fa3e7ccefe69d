package dev.meander.core.method;

import dev.meander.core.augment.AugMix;
import dev.meander.core.augment.Augmentation;
import dev.meander.core.math.Vectors;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * MEMO (Zhang et al., "MEMO: test time robustness via adaptation and augmentation", NeurIPS 2022):
 * every sample alone, from the source weights: 32 AugMix views, one SGD step on all parameters that
 * lowers the entropy of the mean prediction over the views, then the sample itself is predicted and
 * the weights go back.
 *
 * <p>{@code L = H(mean_v p_v)}; with {@code pbar} the mean over V views: {@code dL/dz_vc = -(1/V)
 * p_vc (ln pbar_c - sum_k p_vk ln pbar_k)}. Source statistics are blended with a tenth of the
 * views' own, through which no gradient flows; the sample is predicted with a tenth of its own.
 * Nothing is learned from one sample to the next, so published weights are the base model's. Costs
 * two passes over 32 views per sample, one without gradient.
 *
 * <p>The authors' network for small images has no batch norm; theirs for ImageNet takes a
 * seventeenth of the views' statistics, 64 views and a rate of 2.5e-4. Views differ as {@link
 * AugMix} says.
 *
 * <p>Its golden trace is that of an independent reference, {@code tests/parity/methods.py}.
 */
final class Memo implements Procedure {

  private static final Constant VIEWS =
      new Constant("views", 32, 1, 1024, "Augmented views of a sample.");
  private static final Constant BATCH_SHARE =
      new Constant("bn-alpha", 0.1, 1e-6, 0.999999, "Weight of the views' own statistics.");

  static final Declaration DECLARATION =
      Declaration.training(
          "memo",
          OptimiserConfig.sgd(5e-3, 0, false),
          List.of(VIEWS, BATCH_SHARE),
          setting ->
              setting.composition(
                  new Normaliser.Blend(setting.get(BATCH_SHARE)),
                  Setting.EVERYTHING,
                  run -> new Memo(setting)));

  private final int views;
  private final double batchShare;
  private final Augmentation augmentation;

  private Memo(Setting setting) {
    this.batchShare = setting.get(BATCH_SHARE);
    this.views = setting.count(VIEWS);
    this.augmentation = setting.augmentation(0, new AugMix());
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    try (Tape tape = run.predict(x, run.baseTheta())) {
      run.observe(tape);
    }
    float[] logits = new float[x.rows() * run.classes()];
    double losses = 0;
    double norm = 0;
    for (int i = 0; i < x.rows(); i++) {
      Tensor one = x.rows(new int[] {i});
      run.resetTheta();
      run.optimiser().reset();
      try {
        losses += sharpen(run, one, run.random(i)) / x.rows();
        norm = run.descend();
        Tensor predicted = run.logits(one, run.theta());
        System.arraycopy(predicted.data(), 0, logits, i * run.classes(), run.classes());
      } finally {
        run.resetTheta();
        run.optimiser().reset();
      }
    }
    Tensor output = new Tensor(logits, x.rows(), run.classes());
    return new MethodStep(output, List.of(losses), norm, x.rows());
  }

  /** What the views are normalised with, found by a pass of its own: it takes no gradient. */
  private float[] statistics(MethodRun run, Tensor stack) {
    float[] blended = run.statistics().source().clone();
    if (blended.length > 0) {
      try (Tape tape = run.predict(stack, run.theta())) {
        Vectors.blendInPlace(blended, run.batchStatistics(tape), 1 - batchShare);
      }
    }
    return blended;
  }

  /** Adds the gradient of the entropy of the mean prediction over views of one sample. */
  private double sharpen(MethodRun run, Tensor one, RandomGenerator random) {
    Tensor stack = augmentation.apply(one.rows(new int[views]), random);
    float[] statistics = statistics(run, stack);
    try (Tape tape = run.forward(stack, run.theta(), statistics, NormMode.SOURCE, true)) {
      Rows rows = Rows.of(tape.logits());
      float[] mean = rows.mean();
      double[] logMean = new double[mean.length];
      double loss = 0;
      for (int c = 0; c < mean.length; c++) {
        logMean[c] = Math.log(Math.max(mean[c], Float.MIN_NORMAL));
        loss -= mean[c] * logMean[c];
      }
      float[] dLogits = new float[rows.probabilities().length];
      for (int v = 0; v < views; v++) {
        int from = v * mean.length;
        double inner = 0;
        for (int c = 0; c < mean.length; c++) {
          inner += rows.probabilities()[from + c] * logMean[c];
        }
        for (int c = 0; c < mean.length; c++) {
          double p = rows.probabilities()[from + c];
          dLogits[from + c] = (float) (-p * (logMean[c] - inner) / views);
        }
      }
      run.backward(tape, dLogits, null);
      return loss;
    }
  }
}
