package dev.meander.core.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.kit.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimiserTest {

  private static final int STEPS = 50;
  private static final int SIZE = 200;

  @Test
  void shouldGiveHandNumbersWhenSgdSteps() {
    assertThat(twoSteps(OptimiserConfig.sgd(.1, 0, false), 1, 1, 1))
        .containsExactly(new double[] {.9, .8}, within(1e-6));
    assertThat(twoSteps(OptimiserConfig.sgd(.1, .9, false), 1, 1, 1))
        .containsExactly(new double[] {.9, .71}, within(1e-6));
    assertThat(twoSteps(OptimiserConfig.sgd(.1, .9, true), 1, 1, 1))
        .containsExactly(new double[] {.81, .539}, within(1e-6));
    assertThat(twoSteps(OptimiserConfig.sgd(.1, 0, false).withWeightDecay(.5), 2, 1, 0))
        .containsExactly(new double[] {1.8, 1.71}, within(1e-6));
  }

  @Test
  void shouldGiveHandNumbersWhenAdamSteps() {
    // m = .9 * .05 - .1 * .5 = -.005, v = .999 * .00025 + .001 * .25; bias 1 - .81 and 1 - .998001
    double second = .9 + .1 * (.005 / .19) / Math.sqrt(.00049975 / .001999);
    assertThat(twoSteps(OptimiserConfig.adam(.1), 1, .5f, -.5f))
        .containsExactly(new double[] {.9, second}, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .01})
  void shouldFollowFloat64WhenAdamStepsFiftyTimes(double decay) {
    Seeds.forEach(
        5,
        random ->
            checkAgainst(
                OptimiserConfig.adam(1e-3).withWeightDecay(decay),
                new Adam64(1e-3, decay),
                random));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .01})
  void shouldFollowFloat64WhenSgdStepsFiftyTimes(double decay) {
    Seeds.forEach(
        5,
        random -> {
          checkAgainst(
              OptimiserConfig.sgd(1e-3, .9, true).withWeightDecay(decay),
              new Sgd64(1e-3, .9, true, decay),
              random);
          checkAgainst(
              OptimiserConfig.sgd(1e-3, .9, false).withWeightDecay(decay),
              new Sgd64(1e-3, .9, false, decay),
              random);
          checkAgainst(
              OptimiserConfig.sgd(1e-2, 0, false).withWeightDecay(decay),
              new Sgd64(1e-2, 0, false, decay),
              random);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADAM", "SGD"})
  void shouldContinueBitForBitWhenMomentsAreCarriedOver(String rule) {
    OptimiserConfig config =
        rule.equals("ADAM") ? OptimiserConfig.adam(1e-2) : OptimiserConfig.sgd(1e-2, .9, true);
    Seeds.forEach(
        5,
        random -> {
          Optimiser one = config.create(SIZE);
          float[] theta = Seeds.gaussians(random, SIZE, 1);
          one.step(theta, Seeds.gaussians(random, SIZE, 1));
          Optimiser other = config.create(SIZE);
          Map<String, float[]> target = other.moments();
          one.moments()
              .forEach(
                  (name, values) ->
                      System.arraycopy(values, 0, target.get(name), 0, values.length));
          other.resumeAt(one.steps());
          float[] twin = theta.clone();
          for (int step = 0; step < 3; step++) {
            float[] gradient = Seeds.gaussians(random, SIZE, 1);
            one.step(theta, gradient);
            other.step(twin, gradient);
          }
          assertThat(twin).isEqualTo(theta);
          assertThat(other.steps()).isEqualTo(4);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADAM", "SGD"})
  void shouldBeAsNewWhenReset(String rule) {
    OptimiserConfig config =
        rule.equals("ADAM") ? OptimiserConfig.adam(.1) : OptimiserConfig.sgd(.1, .9, true);
    Optimiser used = config.create(1);
    used.step(new float[] {1}, new float[] {3});
    used.reset();
    assertThat(used.steps()).isZero();
    used.moments().values().forEach(values -> assertThat(values).containsExactly(0));
    float[] theta = {1};
    float[] fresh = {1};
    used.step(theta, new float[] {.5f});
    config.create(1).step(fresh, new float[] {.5f});
    assertThat(theta).isEqualTo(fresh);
  }

  @Test
  void shouldKeepMomentNamesWhenStateIsStored() {
    assertThat(OptimiserConfig.adam(1).create(3).moments()).containsOnlyKeys("first", "second");
    assertThat(OptimiserConfig.sgd(1, 0, false).create(3).moments()).containsOnlyKeys("momentum");
  }

  @Test
  void shouldRefuseWhenLengthsOrRatesAreWrong() {
    for (Optimiser optimiser :
        new Optimiser[] {
          OptimiserConfig.adam(1).create(3), OptimiserConfig.sgd(1, 0, false).create(3)
        }) {
      assertThatThrownBy(() -> optimiser.step(new float[3], new float[2]))
          .hasMessage("expected 3 parameters and gradients, found 3 and 2");
      assertThat(optimiser.steps()).isZero();
    }
    assertThatThrownBy(() -> OptimiserConfig.adam(0))
        .hasMessage("expected a learning rate > 0, found 0.0");
    assertThatThrownBy(() -> OptimiserConfig.adam(Double.NaN))
        .hasMessage("expected a learning rate > 0, found NaN");
    assertThatThrownBy(() -> OptimiserConfig.sgd(1, 0, true))
        .hasMessage("expected momentum > 0 with nesterov, found 0");
    assertThat(OptimiserConfig.adam(1).withLearningRate(2).learningRate()).isEqualTo(2);
  }

  private static double[] twoSteps(OptimiserConfig config, float theta, float g1, float g2) {
    Optimiser optimiser = config.create(1);
    float[] parameters = {theta};
    optimiser.step(parameters, new float[] {g1});
    double first = parameters[0];
    optimiser.step(parameters, new float[] {g2});
    return new double[] {first, parameters[0]};
  }

  /** 50 float32 steps stay within 1e-6 of float64: parameters below 1 round by 3e-8 a step. */
  private static void checkAgainst(
      OptimiserConfig config, Reference reference, SplittableRandom random) {
    Optimiser optimiser = config.create(SIZE);
    float[] theta = Seeds.gaussians(random, SIZE, .2);
    double[] expected = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      expected[i] = theta[i];
    }
    double[] start = expected.clone();
    for (int step = 1; step <= STEPS; step++) {
      float[] gradient = Seeds.gaussians(random, SIZE, .5);
      optimiser.step(theta, gradient);
      for (int i = 0; i < SIZE; i++) {
        expected[i] = reference.step(i, step, expected[i], gradient[i]);
      }
    }
    for (int i = 0; i < SIZE; i++) {
      assertThat((double) theta[i]).as("theta[%s]", i).isEqualTo(expected[i], within(1e-6));
    }
    assertThat(expected[0]).as("moved").isNotCloseTo(start[0], within(1e-4));
  }

  /** The written formula in float64, one parameter at a time. */
  private interface Reference {
    double step(int index, int step, double theta, double gradient);
  }

  private record Adam64(double rate, double decay, Map<Integer, double[]> moments)
      implements Reference {

    Adam64(double rate, double decay) {
      this(rate, decay, new HashMap<>());
    }

    @Override
    public double step(int index, int step, double theta, double gradient) {
      double[] m = moments.computeIfAbsent(index, i -> new double[2]);
      double g = gradient + decay * theta;
      m[0] = .9 * m[0] + .1 * g;
      m[1] = .999 * m[1] + .001 * g * g;
      double first = m[0] / (1 - Math.pow(.9, step));
      double second = m[1] / (1 - Math.pow(.999, step));
      return theta - rate * first / (Math.sqrt(second) + 1e-8);
    }
  }

  private record Sgd64(
      double rate, double momentum, boolean nesterov, double decay, Map<Integer, Double> buffers)
      implements Reference {

    Sgd64(double rate, double momentum, boolean nesterov, double decay) {
      this(rate, momentum, nesterov, decay, new HashMap<>());
    }

    @Override
    public double step(int index, int step, double theta, double gradient) {
      double g = gradient + decay * theta;
      double buffer = step == 1 ? g : momentum * buffers.getOrDefault(index, 0.0) + g;
      buffers.put(index, buffer);
      return theta - rate * (nesterov ? g + momentum * buffer : buffer);
    }
  }
}
