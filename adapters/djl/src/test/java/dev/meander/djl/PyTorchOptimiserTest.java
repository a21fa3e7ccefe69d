package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.meander.core.model.ModelSource;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.TorchScriptWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our optimisers against PyTorch's own: its fused kernels, called through a TorchScript module that
 * this test writes. Gradients are drawn afresh each step, a tenth of them tiny and a tenth zero.
 */
class PyTorchOptimiserTest {

  private static final int SIZE = 1021;
  private static final int STEPS = 50;

  /** Absolute: parameters are of the order of 1, so a few units in the last place of a float. */
  private static final float TOLERANCE = 1e-6f;

  private static final String RULES =
      """
      class Rules(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Rules,
          x: Tensor) -> Tensor:
          return x
        def adam(self: __torch__.Rules,
          p: Tensor,
          g: Tensor,
          m: Tensor,
          v: Tensor,
          t: Tensor) -> List[Tensor]:
          ps = [p]
          gs = [g]
          ms = [m]
          vs = [v]
          xs = annotate(List[Tensor], [])
          ts = [t]
          p1, g1, m1, v1, x1 = torch._fused_adam(ps, gs, ms, vs, xs, ts, lr=LR, beta1=0.90000000000000002, beta2=0.999, weight_decay=DECAY, eps=1e-08, amsgrad=False, maximize=False)
          return [p1[0], m1[0], v1[0]]
        def sgd(self: __torch__.Rules,
          p: Tensor,
          g: Tensor,
          b: Tensor,
          first: Tensor) -> List[Tensor]:
          ps = [p]
          gs = [g]
          bs = [b]
          p1, g1, b1 = torch._fused_sgd(ps, gs, bs, weight_decay=DECAY, momentum=0.90000000000000002, lr=LR, dampening=0., nesterov=NESTEROV, maximize=False, is_first_step=bool(first))
          return [p1[0], b1[0]]
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldEqualPyTorchWhenAdam() throws IOException {
    assertEqual("adam", OptimiserConfig.adam(1e-3), 2);
  }

  @Test
  void shouldEqualPyTorchWhenAdamDecaysWeights() throws IOException {
    assertEqual("adam", OptimiserConfig.adam(1e-2).withWeightDecay(1e-4), 2);
  }

  @Test
  void shouldEqualPyTorchWhenSgd() throws IOException {
    assertEqual("sgd", OptimiserConfig.sgd(1e-2, 0.9, false), 1);
  }

  @Test
  void shouldEqualPyTorchWhenSgdWithNesterov() throws IOException {
    assertEqual("sgd", OptimiserConfig.sgd(2.5e-4, 0.9, true).withWeightDecay(1e-4), 1);
  }

  private void assertEqual(String rule, OptimiserConfig config, int moments) throws IOException {
    Path file = write(config);
    TorchEngine.start(new ModelSource("rules", file, 1, new int[] {1}));
    SplittableRandom random = new SplittableRandom(11);
    float[] ours = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      ours[i] = (float) random.nextDouble(-1, 1);
    }
    Optimiser optimiser = config.create(SIZE);
    try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager();
        PtSymbolBlock rules =
            JniUtils.loadModule(manager, file, true, new String[0], new String[0], true)) {
      float[][] theirs = new float[1 + moments][SIZE];
      theirs[0] = ours.clone();
      for (int step = 1; step <= STEPS; step++) {
        float[] gradient = gradient(random);
        optimiser.step(ours, gradient);
        float last = rule.equals("adam") ? step : (step == 1 ? 1 : 0);
        theirs = call(rules, manager, rule, theirs, gradient, last);
        assertThat(theirs[0])
            .as("%s after step %d", rule, step)
            .containsExactly(ours, within(TOLERANCE));
      }
    }
  }

  /**
   * One step of PyTorch.
   *
   * @param state parameters and moments
   * @return parameters and moments after it
   */
  private static float[][] call(
      PtSymbolBlock rules,
      NDManager manager,
      String rule,
      float[][] state,
      float[] gradient,
      float last) {
    try (NDManager step = manager.newSubManager();
        GradientMode off = GradientMode.set(false)) {
      NDList inputs = new NDList(step.create(state[0]), step.create(gradient));
      for (int i = 1; i < state.length; i++) {
        inputs.add(step.create(state[i]));
      }
      inputs.add(step.create(last));
      NDArray method = step.create(0f);
      method.setName("module_method:" + rule);
      inputs.add(method);
      try (NDList after = IValueUtils.forward(rules, inputs, true)) {
        return after.stream().map(NDArray::toFloatArray).toArray(float[][]::new);
      }
    }
  }

  private static float[] gradient(SplittableRandom random) {
    float[] gradient = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      int kind = random.nextInt(10);
      gradient[i] = kind == 0 ? 0 : (float) random.nextDouble(-1, 1) * (kind == 1 ? 1e-6f : 1);
    }
    return gradient;
  }

  private Path write(OptimiserConfig config) throws IOException {
    String classes =
        RULES
            .replace("LR", String.valueOf(config.learningRate()))
            .replace("DECAY", String.valueOf(config.weightDecay()))
            .replace("NESTEROV", config.nesterov() ? "True" : "False");
    return TorchScriptWriter.write(folder.resolve("rules.pt"), new ScriptModule("Rules"), classes);
  }
}
