package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.TestTimeTransforms;
import dev.meander.core.correct.OutputCorrector;
import dev.meander.core.correct.PriorCorrection;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.Rows;
import dev.meander.core.objective.SoftLikelihoodRatio;
import dev.meander.core.objective.SymmetricCrossEntropy;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.List;

/**
 * ROID (Marsden et al., "Universal test-time adaptation through weight ensembling, diversity
 * weighting, and prior correction", WACV 2024): batch statistics, gains and shifts of the norm
 * layers.
 *
 * <ol>
 *   <li>weights of the samples by {@link DiversityWeights}; some are left out;
 *   <li>{@code L = (1/B) [sum w_i SLR(z_i) + sum w_i SCE(z'_i; z_i)]} over those kept, z' the
 *       logits of an augmented view of the kept samples with its own batch statistics, the gradient
 *       going through z and z', B the configured batch size;
 *   <li>one step, then {@code theta = 0.99 theta + 0.01 theta_source};
 *   <li>output: {@link PriorCorrection} of z.
 * </ol>
 *
 * <p>{@code cmf} (Lee and Chang, "Continual momentum filtering on parameter space for online
 * test-time adaptation", ICLR 2024) puts {@link MomentumFilter} in the place of the last step's
 * mix. A batch of which nothing is kept makes no update.
 */
final class Roid implements Procedure {

  private static final Constant TEMPERATURE =
      new Constant("weight-temperature", 1.0 / 3, 1e-6, 1e6, "Temperature of the sample weights.");
  private static final Constant BATCH_SIZE =
      new Constant(
          "configured-batch-size",
          0,
          0,
          1e6,
          "What the loss is divided by; 0 is the number of samples in the batch.");
  private static final Constant SOURCE_KEEP =
      new Constant("src-momentum", 0.99, 0, 1, "Share of the student in the mix with the source.");

  static final Declaration ROID =
      Declaration.training(
          "roid",
          OptimiserConfig.adam(1e-3),
          List.of(DiversityWeights.KEEP, TEMPERATURE, BATCH_SIZE, SOURCE_KEEP),
          setting ->
              setting.normAffine(
                  run -> new Roid(setting, run, new PullToSource(setting.get(SOURCE_KEEP)))));
  static final Declaration CMF =
      Declaration.training(
          "cmf",
          OptimiserConfig.adam(1e-3),
          MomentumFilter.constantsAnd(DiversityWeights.KEEP, TEMPERATURE, BATCH_SIZE),
          setting ->
              setting.normAffine(
                  run -> new Roid(setting, run, new MomentumFilter(setting, run.baseTheta()))));

  private final DiversityWeights weighting;
  private final AfterStep afterStep;
  private final Augmentation augmentation;
  private final OutputCorrector corrector = new PriorCorrection();
  private final int batchSize;

  private Roid(Setting setting, MethodRun run, AfterStep afterStep) {
    this.weighting =
        new DiversityWeights(
            setting.get(DiversityWeights.KEEP), setting.get(TEMPERATURE), run.classes());
    this.afterStep = afterStep;
    this.augmentation = setting.augmentation(0, new TestTimeTransforms(false));
    this.batchSize = setting.count(BATCH_SIZE);
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    try (Tape tape = run.student(x)) {
      run.observe(tape);
      Rows clean = Rows.of(tape.logits());
      double[] weights = run.weights();
      weighting.weigh(clean, weights);
      int[] kept = DiversityWeights.kept(weights);
      Tensor output = corrector.correct(tape.logits(), tape.features());
      if (kept.length == 0) {
        return MethodStep.predicted(output);
      }
      double share = 1.0 / (batchSize == 0 ? x.rows() : batchSize);
      Tensor view = augmentation.apply(x.rows(kept), run.random(1));
      float[] dClean = new float[tape.logits().data().length];
      double loss = 0;
      try (Tape viewTape = run.student(view)) {
        Rows viewed = Rows.of(viewTape.logits());
        float[] dView = new float[viewTape.logits().data().length];
        for (int i = 0; i < kept.length; i++) {
          double weight = share * weights[kept[i]];
          loss += SoftLikelihoodRatio.add(clean, kept[i], weight, dClean);
          loss += SymmetricCrossEntropy.add(viewed, i, clean, kept[i], weight, dView, dClean);
        }
        run.backward(viewTape, dView, null);
      }
      run.backward(tape, dClean, null);
      double norm = run.descend();
      afterStep.apply(run.theta(), run.baseTheta());
      return new MethodStep(output, List.of(loss), norm, kept.length);
    }
  }

  @Override
  public void state(StateArrays arrays) {
    weighting.state(arrays);
    afterStep.state(arrays);
  }

  @Override
  public void restart(MethodRun run) {
    weighting.restart();
    afterStep.restart(run.baseTheta());
  }
}
