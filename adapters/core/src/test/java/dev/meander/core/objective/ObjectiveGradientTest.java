package dev.meander.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.tensor.Tensor;
import dev.meander.kit.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Gradients against finite differences of the loss, and values against the written formula. */
class ObjectiveGradientTest {

  /** A power of two, so that z + h is nearly exact in float32. */
  private static final double STEP = 1 / 16.0;

  /** float32 log-probabilities give a loss exact to 1e-7; divided by the half step that is 4e-6. */
  private static final double TOLERANCE = 2e-5;

  @Test
  void shouldEqualFiniteDifferencesWhenEntropyIsPulledBack() {
    Seeds.forEach(25, random -> checkGradient(new Entropy(), pass(random, 1 + random.nextInt(4))));
  }

  @Test
  void shouldEqualFiniteDifferencesWhenCrossEntropyIsPulledBack() {
    Seeds.forEach(
        25,
        random -> {
          Pass pass = pass(random, 1 + random.nextInt(4));
          int[] labels = random.ints(pass.rows(), 0, pass.classes()).toArray();
          checkGradient(new CrossEntropy(labels), pass);
        });
  }

  @Test
  void shouldEqualTheFormulaWhenEntropyIsEvaluated() {
    float[] logits = {(float) Math.log(1), (float) Math.log(3), 0, 0};
    Pass pass = pass(logits, 2, 2, 1.0, 3.0);
    float[] dLogits = new float[4];

    double loss = new Entropy().evaluate(pass, dLogits, new float[2]);

    double h0 = -(.25 * Math.log(.25) + .75 * Math.log(.75));
    assertThat(loss).isEqualTo((h0 + 3 * Math.log(2)) / 2, within(1e-6));
    assertThat((double) dLogits[0]).isEqualTo(-.5 * .25 * (Math.log(.25) + h0), within(1e-6));
    assertThat((double) dLogits[1]).isEqualTo(-.5 * .75 * (Math.log(.75) + h0), within(1e-6));
    assertThat(dLogits[2]).isEqualTo(0, within(1e-6f));
    assertThat(dLogits[3]).isEqualTo(0, within(1e-6f));
  }

  @Test
  void shouldEqualTheFormulaWhenCrossEntropyIsEvaluated() {
    float[] logits = {(float) Math.log(1), (float) Math.log(3), 0, 0};
    Pass pass = pass(logits, 2, 2, 1.0, 3.0);
    float[] dLogits = new float[4];

    double loss = new CrossEntropy(new int[] {1, 0}).evaluate(pass, dLogits, new float[2]);

    assertThat(loss).isEqualTo((-Math.log(.75) + 3 * Math.log(2)) / 2, within(1e-6));
    assertThat(dLogits).containsExactly(new float[] {.125f, -.125f, -.75f, .75f}, within(1e-6f));
  }

  @Test
  void shouldGiveFiniteGradientsWhenLogitsAreExtreme() {
    float[] logits = {
      1e30f, -1e30f, 0, 3e38f, -3e38f, 3e38f, 0, Float.NEGATIVE_INFINITY, 0, 1e4f, 1e4f, 1e4f
    };
    Pass pass = pass(logits, 4, 3, 1, 1, 1, 1);
    float[] dLogits = new float[12];

    double loss = new Entropy().evaluate(pass, dLogits, new float[4]);

    assertThat(loss).isEqualTo((2 * Math.log(2) + Math.log(3)) / 4, within(1e-6));
    assertThat(dLogits).containsExactly(new float[12], within(1e-6f));
    assertThat(new CrossEntropy(new int[] {0, 2, 0, 1}).evaluate(pass, dLogits, new float[4]))
        .isEqualTo((2 * Math.log(2) + Math.log(3)) / 4, within(1e-6));
    assertThat(dLogits)
        .containsExactly(
            new float[] {0, 0, 0, .125f, 0, -.125f, -.125f, 0, .125f, 1 / 12f, -2 / 12f, 1 / 12f},
            within(1e-6f));
  }

  @Test
  void shouldOverwriteWhatTheArraysHeldBefore() {
    float[] dLogits = {5, 5};
    float[] dFeatures = {5};
    Pass pass = pass(new float[] {1, 1}, 1, 2, 1);

    new Entropy().evaluate(pass, dLogits, dFeatures);
    assertThat(dFeatures).containsExactly(0);
    assertThat(dLogits).containsExactly(new float[2], within(1e-6f));

    dFeatures[0] = 5;
    new CrossEntropy(new int[] {0}).evaluate(pass, dLogits, dFeatures);
    assertThat(dFeatures).containsExactly(0);
    assertThat(dLogits).containsExactly(new float[] {-.5f, .5f}, within(1e-6f));
  }

  @Test
  void shouldRefuseWhenLabelsOrWeightsDoNotMatchTheBatch() {
    Pass pass = pass(new float[4], 2, 2, 1, 1);
    CrossEntropy one = new CrossEntropy(new int[] {0});
    assertThatThrownBy(() -> one.evaluate(pass, new float[4], new float[2]))
        .hasMessage("expected 2 labels, found 1");
    assertThatThrownBy(() -> pass(new float[4], 2, 2, 1))
        .hasMessage(
            "expected one weight and one feature row per row of logits, found 1 and 2 for 2");
  }

  private static void checkGradient(Objective objective, Pass pass) {
    float[] dLogits = new float[pass.logits().data().length];
    Arrays.fill(dLogits, Float.NaN);
    objective.evaluate(pass, dLogits, new float[pass.features().data().length]);
    double largest = 0;
    for (int i = 0; i < dLogits.length; i++) {
      double coarse = difference(objective, pass, i, STEP);
      double fine = difference(objective, pass, i, STEP / 2);
      assertThat((double) dLogits[i])
          .as("dL/dz[%s]", i)
          .isEqualTo((4 * fine - coarse) / 3, within(TOLERANCE));
      largest = Math.max(largest, Math.abs(dLogits[i]));
    }
    assertThat(largest).as("a gradient of zeros checks nothing").isGreaterThan(100 * TOLERANCE);
  }

  private static double difference(Objective objective, Pass pass, int index, double step) {
    return (value(objective, pass, index, step) - value(objective, pass, index, -step))
        / (2 * step);
  }

  private static double value(Objective objective, Pass pass, int index, double step) {
    float[] moved = pass.logits().data().clone();
    moved[index] += (float) step;
    Pass there =
        new Pass(new Tensor(moved, pass.logits().shape()), pass.features(), pass.weights());
    return objective.evaluate(
        there, new float[moved.length], new float[pass.features().data().length]);
  }

  private static Pass pass(SplittableRandom random, int rows) {
    int classes = 2 + random.nextInt(9);
    double[] weights = random.doubles(rows, .2, 2).toArray();
    return pass(Seeds.gaussians(random, rows * classes, 1.5), rows, classes, weights);
  }

  private static Pass pass(float[] logits, int rows, int classes, double... weights) {
    return new Pass(
        new Tensor(logits, rows, classes), new Tensor(new float[rows], rows, 1), weights);
  }
}
