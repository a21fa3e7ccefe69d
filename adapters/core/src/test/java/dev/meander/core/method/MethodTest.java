package dev.meander.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.FakeModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.objective.Entropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class MethodTest {

  private static final int[] SHAPE = {3, 4, 4};

  @Test
  void shouldListEveryMethodAndComposeIt() {
    assertThat(Methods.names()).containsExactly("alpha-bn", "bn-1", "bn-ema", "source", "tent");
    for (String name : Methods.names()) {
      assertThat(Methods.compose(MethodConfig.named(name)).name()).isEqualTo(name);
    }
    assertThat(Methods.compose(MethodConfig.named("alpha-bn")).normaliser())
        .isEqualTo(new Normaliser.Blend(.1));
  }

  @Test
  void shouldRefuseAnUnknownMethodWithTheKnownOnes() {
    assertThatThrownBy(() -> Methods.checkKnown("bn1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "method.name: expected one of alpha-bn, bn-1, bn-ema, source, tent, found \"bn1\","
                + " did you mean bn-1?");
  }

  @Test
  void shouldRefuseAModelWithoutWhatTheMethodTrains() {
    Layout headOnly =
        new Layout(
            List.of(
                new Block("fc.weight", Role.HEAD_WEIGHT, 2, 3),
                new Block("fc.bias", Role.HEAD_BIAS, 2)));
    Composition tent = Methods.compose(MethodConfig.named("tent"));
    assertThatThrownBy(() -> new Method(tent, headOnly))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "method tent: expected a model with normalisation gains and shifts, found none among"
                + " 2 blocks");
    assertThat(new Method(Methods.compose(MethodConfig.named("bn-1")), headOnly).trained().blocks())
        .isEmpty();
  }

  @Test
  void shouldRefuseALossWithoutAnUpdateRule() {
    assertThatThrownBy(
            () ->
                new Composition("half", new Normaliser.Batch(), block -> true, new Entropy(), null))
        .hasMessage("expected an objective and an optimiser or neither in method half");
  }

  @Test
  void shouldMoveByTheGradientOfTheLoss() {
    Seeds.with(
        3,
        random -> {
          try (FakeModel model = new FakeModel("fake", SHAPE, 5, 1);
              FakeModel twin = new FakeModel("fake", SHAPE, 5, 1)) {
            Tensor x = new Tensor(Seeds.gaussians(random, 6 * 48, 1), 6, 3, 4, 4);
            double[] weights = random.doubles(6, .5, 2).toArray();
            Method method =
                new Method(
                    Methods.compose(
                        new MethodConfig("tent", OptimiserConfig.Rule.SGD, .1, 0, false, .1)),
                    model.spec().inventory());
            float[] before = base(model, method.trained());
            float[] theta = before.clone();
            Layout statistic = model.spec().inventory().select(b -> b.role().isStatistic());
            StatisticsEstimate statistics =
                new StatisticsEstimate(statistic, base(model, statistic));

            MethodStep step = method.step(model, x, weights, theta, statistics, .5);

            twin.train(method.trained().blocks());
            try (Tape tape = twin.forward(x, NormMode.BATCH, true)) {
              float[] dLogits = new float[30];
              Pass pass = new Pass(tape.logits(), tape.features(), weights);
              float[] dFeatures = new float[pass.features().data().length];
              double loss = new Entropy().evaluate(pass, dLogits, dFeatures);
              tape.backward(dLogits, dFeatures);
              double squares = 0;
              for (Block block : method.trained().blocks()) {
                float[] gradient = new float[block.size()];
                tape.gradient(block, gradient);
                for (int i = 0; i < gradient.length; i++) {
                  int at = method.trained().offset(block) + i;
                  assertThat(theta[at]).as(block.name()).isEqualTo(before[at] - .1f * gradient[i]);
                  squares += (double) gradient[i] * gradient[i];
                }
              }
              assertThat(step.loss()).isEqualTo(loss);
              assertThat(step.gradientNorm()).isEqualTo(Math.sqrt(squares)).isGreaterThan(1e-3);
              assertThat(step.logits()).isEqualTo(tape.logits());
            }
          }
        });
  }

  @Test
  void shouldTakeInTheStatisticsOfTheBatch() {
    Seeds.with(
        4,
        random -> {
          try (FakeModel model = new FakeModel("fake", SHAPE, 5, 1)) {
            Tensor x = new Tensor(Seeds.gaussians(random, 6 * 48, 1), 6, 3, 4, 4);
            Layout statistic = model.spec().inventory().select(b -> b.role().isStatistic());
            StatisticsEstimate statistics =
                new StatisticsEstimate(statistic, base(model, statistic));
            Method method =
                new Method(Methods.compose(MethodConfig.named("bn-1")), model.spec().inventory());

            method.step(model, x, new double[] {1, 1, 1, 1, 1, 1}, new float[0], statistics, 0);

            try (Tape tape = model.forward(x, NormMode.BATCH, false)) {
              for (Block block : statistic.blocks()) {
                float[] expected = new float[block.size()];
                tape.statistic(block, expected);
                for (int i = 0; i < expected.length; i++) {
                  assertThat(statistics.estimate()[statistic.offset(block) + i])
                      .isEqualTo(expected[i]);
                }
              }
            }
          }
        });
  }

  private static float[] base(FakeModel model, Layout layout) {
    float[] values = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, values, layout.offset(block), floats.length);
    }
    return values;
  }
}
