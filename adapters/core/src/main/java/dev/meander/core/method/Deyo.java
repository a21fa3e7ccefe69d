package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.PatchShuffle;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.Entropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.Tensor;
import java.util.List;

/**
 * DeYO (Lee et al., "Entropy is not enough for test-time adaptation", ICLR 2024): batch statistics,
 * gains and shifts as in {@link Sar}, entropy of samples whose prediction depends on the shape of
 * the object.
 *
 * <ol>
 *   <li>S1 = {H_i &lt; 0.5 ln C};
 *   <li>x' = S1 with 4 x 4 patches shuffled per image, forwarded without gradient; {@code PLPD_i =
 *       p_y(x_i) - p_y(x'_i)} with y the class predicted for x; S2 = {PLPD_i &gt; 0.2};
 *   <li>{@code L = mean over S2 of w_i H_i}, {@code w_i = exp(0.4 ln C - H_i) + exp(PLPD_i)}
 *       without gradient. No update without any.
 * </ol>
 *
 * <p>As published; there the model is also reset at known shifts, which a stream does not tell, and
 * the rule is SGD at 2.5e-4 for ImageNet. Adam at 1e-3 is what comparisons on small images use.
 *
 * <p>Its golden trace is that of an independent reference, {@code tests/parity/methods.py}.
 */
final class Deyo implements Procedure {

  private static final Constant MARGIN =
      new Constant("margin", 0.5, 0, 1, "Entropy limit of a sample, in units of ln C.");
  private static final Constant E0 = Reliable.E0_FACTOR.usually(0.4);
  private static final Constant PLPD =
      new Constant("plpd", 0.2, -1, 1, "Loss of probability under shuffled patches to keep.");
  private static final Constant PATCHES =
      new Constant("patches", 4, 1, 64, "Patches along each side.");

  static final Declaration DECLARATION =
      Declaration.training(
          "deyo",
          OptimiserConfig.adam(1e-3),
          List.of(MARGIN, E0, PLPD, PATCHES),
          setting -> setting.normAffine(Sar::trains, run -> new Deyo(setting, run.classes())));

  private final double entropyMax;
  private final double weightEntropy;
  private final double dropMin;
  private final Augmentation shuffle;

  private Deyo(Setting setting, int classes) {
    this.entropyMax = setting.get(MARGIN) * Math.log(classes);
    this.weightEntropy = setting.get(E0) * Math.log(classes);
    this.dropMin = setting.get(PLPD);
    this.shuffle = setting.augmentation(0, new PatchShuffle(setting.count(PATCHES)));
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    try (Tape tape = run.student(x)) {
      run.observe(tape);
      Rows rows = Rows.of(tape.logits());
      double[] weights = run.weights();
      for (int i = 0; i < weights.length; i++) {
        weights[i] = rows.entropy(i) < entropyMax ? weights[i] : 0;
      }
      int kept = keepShapeDependent(run, rows, weights);
      if (kept == 0) {
        return MethodStep.predicted(tape.logits());
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= (double) weights.length / kept;
      }
      float[] dLogits = new float[tape.logits().data().length];
      float[] dFeatures = new float[tape.features().data().length];
      Pass pass = new Pass(tape.logits(), tape.features(), weights);
      double loss = new Entropy().evaluate(pass, dLogits, dFeatures);
      run.backward(tape, dLogits, null);
      return new MethodStep(tape.logits(), List.of(loss), run.descend(), kept);
    }
  }

  /** Weighs the reliable samples by their loss of probability; gives how many are kept. */
  private int keepShapeDependent(MethodRun run, Rows rows, double[] weights) {
    int[] reliable = DiversityWeights.kept(weights);
    if (reliable.length == 0) {
      return 0;
    }
    Tensor shuffled = shuffle.apply(run.x().rows(reliable), run.random(1));
    Rows destroyed = Rows.of(run.logits(shuffled, run.theta()));
    int kept = 0;
    for (int j = 0; j < reliable.length; j++) {
      int i = reliable[j];
      int predicted = rows.best(i);
      double drop = rows.confidence(i) - destroyed.probabilities()[j * rows.classes() + predicted];
      if (drop > dropMin) {
        weights[i] *= Math.exp(weightEntropy - rows.entropy(i)) + Math.exp(drop);
        kept++;
      } else {
        weights[i] = 0;
      }
    }
    return kept;
  }
}
