package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.TestTimeTransforms;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.AnchoredCrossEntropy;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.List;

/**
 * SANTA (Chakrabarty et al., "SANTA: source anchoring network and target alignment for continual
 * test time adaptation", TMLR 2023): batch statistics, gains and shifts, the frozen source model as
 * an anchor. {@code L = l_trg mean[-1/2 sum p(z) ln p(z_anchor) - 1/2 sum p(z_a) ln p(z_anchor)] +
 * l_cont L_cont}, z and z_a of the student on x and its view, L_cont of {@link
 * ContrastToPrototypes}. Output z before the step.
 */
final class Santa implements Procedure {

  private static final Constant LAMBDA_TARGET =
      new Constant("lambda-trg", 1, 0, 1e6, "Weight of the anchored term.");
  private static final Constant LAMBDA_CONTRAST =
      new Constant("lambda-cont", 1, 0, 1e6, "Weight of the contrastive term.");

  static final Declaration DECLARATION =
      Declaration.training(
              "santa",
              OptimiserConfig.adam(1e-3),
              ContrastToPrototypes.constantsAnd(LAMBDA_TARGET, LAMBDA_CONTRAST),
              setting -> setting.normAffine(run -> new Santa(setting, run)))
          .needing(Need.FEATURES, Need.HEAD);

  private final ContrastToPrototypes contrast;
  private final Augmentation augmentation;
  private final double lambdaTarget;
  private final double lambdaContrast;

  private Santa(Setting setting, MethodRun run) {
    this.contrast = new ContrastToPrototypes(setting, run);
    this.augmentation = setting.augmentation(0, new TestTimeTransforms(true));
    this.lambdaTarget = setting.get(LAMBDA_TARGET);
    this.lambdaContrast = setting.get(LAMBDA_CONTRAST);
  }

  @Override
  public void prepare(MethodRun run) {
    contrast.prepare(run);
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    Rows anchor = Rows.of(run.logits(x, run.baseTheta()));
    Tensor view = augmentation.apply(x, run.random(1));
    try (Tape clean = run.student(x);
        Tape viewed = run.student(view)) {
      run.observe(clean);
      Rows rows = Rows.of(clean.logits());
      Rows viewRows = Rows.of(viewed.logits());
      float[] dClean = new float[clean.logits().data().length];
      float[] dViewed = new float[dClean.length];
      double[] weights = run.weights();
      double loss = 0;
      for (int i = 0; i < weights.length; i++) {
        double weight = 0.5 * lambdaTarget * weights[i] / weights.length;
        loss += AnchoredCrossEntropy.add(rows, anchor, i, weight, dClean);
        loss += AnchoredCrossEntropy.add(viewRows, anchor, i, weight, dViewed);
      }
      float[] dFeatures = new float[clean.features().data().length];
      float[] dViewFeatures = new float[dFeatures.length];
      loss +=
          contrast.add(
              clean.features(), viewed.features(), lambdaContrast, dFeatures, dViewFeatures);
      run.backward(clean, dClean, dFeatures);
      run.backward(viewed, dViewed, dViewFeatures);
      double norm = run.descend();
      contrast.descend(run);
      return new MethodStep(clean.logits(), List.of(loss), norm, x.rows());
    }
  }

  @Override
  public void state(StateArrays arrays) {
    contrast.state(arrays);
  }

  @Override
  public void restart(MethodRun run) {
    contrast.restart(run);
  }
}
