package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.Entropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import java.util.List;

/**
 * SAR (Niu et al., "Towards stable test-time adaptation in dynamic wild world", ICLR 2023): batch
 * statistics, gains and shifts, entropy of reliable samples at a sharpness-aware point.
 *
 * <ol>
 *   <li>S = {H_i &lt; E0}, g = gradient of the mean of H over S;
 *   <li>{@code theta' = theta + rho g / (|g| + 1e-12)}, the norm over all trained floats;
 *   <li>all samples again at theta'; S' = {i in S: H'_i &lt; E0}, L2 = mean of H' over S';
 *   <li>SGD (momentum, no Nesterov) from theta with the gradient of L2 taken at theta';
 *   <li>e = L2 the first time, else 0.9 e + 0.1 L2; below 0.2 the weights go back to the start.
 * </ol>
 *
 * <p>Modules with {@code layer4}, {@code blocks.9/10/11} or {@code norm.} in their names are left
 * out, as published. The authors' code leaves out a module named {@code norm} itself as well, the
 * last of a vision transformer; it is trained here, because it is the only one of a head. When
 * nothing passes, SGD still moves by its momentum and e stays, as the reference does in effect; its
 * momentum also survives a reset.
 */
final class Sar implements Procedure {

  private static final Constant RHO =
      new Constant("rho", 0.05, 0, 10, "Length of the step to the sharp point.");
  private static final Constant KEEP =
      new Constant("ema-momentum", 0.9, 0, 1, "Share of the old moving entropy.");
  private static final Constant RESET =
      new Constant(
          "reset-if-ema-below", 0.2, 0, 100, "Moving entropy below which the weights are reset.");

  private static final List<String> LEFT_OUT =
      List.of("layer4", "blocks.9", "blocks.10", "blocks.11", "norm.");

  static final Declaration DECLARATION =
      Declaration.training(
          "sar",
          OptimiserConfig.sgd(1e-3, 0.9, false),
          List.of(Reliable.E0_FACTOR, RHO, KEEP, RESET),
          setting -> setting.normAffine(Sar::trains, run -> new Sar(setting, run.classes())));

  private final double entropyMax;
  private final double rho;
  private final double keep;
  private final double resetBelow;
  private final double[] movingEntropy = {Double.NaN};

  private Sar(Setting setting, int classes) {
    this.entropyMax = setting.get(Reliable.E0_FACTOR) * Math.log(classes);
    this.rho = setting.get(RHO);
    this.keep = setting.get(KEEP);
    this.resetBelow = setting.get(RESET);
  }

  /** What SAR and DeYO train; the names are those of modules, not of their blocks. */
  static boolean trains(Block block) {
    String module = block.name().substring(0, Math.max(0, block.name().lastIndexOf('.')));
    return block.role().isNormAffine() && LEFT_OUT.stream().noneMatch(module::contains);
  }

  @Override
  public MethodStep step(MethodRun run) {
    double[] weights = run.weights();
    float[] theta = run.theta().clone();
    Tensor logits;
    double loss;
    try (Tape tape = run.student(run.x())) {
      run.observe(tape);
      logits = tape.logits();
      loss = descent(run, tape, weights);
    }
    run.reportGradient();
    climb(run.theta(), run.gradient());
    run.clearGradient();
    double sharp;
    try (Tape tape = run.student(run.x())) {
      sharp = descent(run, tape, weights);
    } finally {
      System.arraycopy(theta, 0, run.theta(), 0, theta.length);
    }
    double norm = run.descend();
    follow(run, sharp);
    return new MethodStep(logits, List.of(loss, sharp), norm, kept(weights));
  }

  /** Gradient of the mean entropy of the reliable samples; sets the weights of the others to 0. */
  private double descent(MethodRun run, Tape tape, double[] weights) {
    Rows rows = Rows.of(tape.logits());
    for (int i = 0; i < weights.length; i++) {
      if (!(rows.entropy(i) < entropyMax)) {
        weights[i] = 0;
      }
    }
    int kept = kept(weights);
    if (kept == 0) {
      return Double.NaN;
    }
    double[] shares = weights.clone();
    for (int i = 0; i < shares.length; i++) {
      shares[i] *= (double) shares.length / kept;
    }
    float[] dLogits = new float[tape.logits().data().length];
    float[] dFeatures = new float[tape.features().data().length];
    Pass pass = new Pass(tape.logits(), tape.features(), shares);
    double loss = new Entropy().evaluate(pass, dLogits, dFeatures);
    run.backward(tape, dLogits, null);
    return loss;
  }

  private static int kept(double[] weights) {
    int kept = 0;
    for (double weight : weights) {
      kept += weight > 0 ? 1 : 0;
    }
    return kept;
  }

  private void climb(float[] theta, float[] gradient) {
    double factor = rho / (Vectors.norm(gradient) + 1e-12);
    for (int i = 0; i < theta.length; i++) {
      theta[i] += (float) (factor * gradient[i]);
    }
  }

  private void follow(MethodRun run, double loss) {
    if (!Double.isNaN(loss)) {
      movingEntropy[0] =
          Double.isNaN(movingEntropy[0]) ? loss : keep * movingEntropy[0] + (1 - keep) * loss;
    }
    if (movingEntropy[0] < resetBelow) {
      run.resetTheta();
      movingEntropy[0] = Double.NaN;
    }
  }

  @Override
  public void state(StateArrays arrays) {
    arrays.add("entropy-ema", movingEntropy);
  }

  @Override
  public void restart(MethodRun run) {
    movingEntropy[0] = Double.NaN;
  }
}
