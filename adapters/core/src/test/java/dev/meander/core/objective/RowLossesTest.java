package dev.meander.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.tensor.Tensor;
import dev.meander.kit.Seeds;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Gradients of the losses over rows against finite differences, and what they do at the edges. */
class RowLossesTest {

  private static final int CLASSES = 4;
  private static final double STEP = 1 / 64.0;

  private static Tensor logits(SplittableRandom random, int rows) {
    return new Tensor(Seeds.gaussians(random, rows * CLASSES, 1.5), rows, CLASSES);
  }

  private static void check(
      float[] at, float[] gradient, ToDoubleFunction<float[]> loss, double tolerance) {
    for (int i = 0; i < at.length; i++) {
      float[] up = at.clone();
      up[i] += (float) STEP;
      float[] down = at.clone();
      down[i] -= (float) STEP;
      double difference =
          (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / ((double) up[i] - down[i]);
      assertThat((double) gradient[i]).as("entry %d", i).isEqualTo(difference, within(tolerance));
    }
  }

  private static Rows rows(float[] logits) {
    return Rows.of(new Tensor(logits, logits.length / CLASSES, CLASSES));
  }

  @Test
  void shouldEqualDifferencesInBothArgumentsOfTheSymmetricCrossEntropy() {
    Seeds.forEach(
        15,
        random -> {
          Tensor a = logits(random, 1);
          Tensor t = logits(random, 1);
          float[] dA = new float[CLASSES];
          float[] dT = new float[CLASSES];
          SymmetricCrossEntropy.add(Rows.of(a), 0, Rows.of(t), 0, 2, dA, dT);
          check(a.data(), dA, z -> symmetric(rows(z), Rows.of(t)), 3e-3);
          check(t.data(), dT, z -> symmetric(Rows.of(a), rows(z)), 3e-3);
        });
  }

  private static double symmetric(Rows a, Rows t) {
    return SymmetricCrossEntropy.add(a, 0, t, 0, 2, new float[CLASSES], null);
  }

  @Test
  void shouldEqualDifferencesWhenTheTeacherOrAnchorIsFixed() {
    Seeds.forEach(
        15,
        random -> {
          Tensor z = logits(random, 1);
          Rows fixed = Rows.of(logits(random, 1));
          float[] dSoft = new float[CLASSES];
          SoftCrossEntropy.add(Rows.of(z), fixed, 0, 1, dSoft);
          check(
              z.data(),
              dSoft,
              at -> SoftCrossEntropy.add(rows(at), fixed, 0, 1, new float[CLASSES]),
              3e-3);
          float[] dAnchored = new float[CLASSES];
          AnchoredCrossEntropy.add(Rows.of(z), fixed, 0, 1, dAnchored);
          check(
              z.data(),
              dAnchored,
              at -> AnchoredCrossEntropy.add(rows(at), fixed, 0, 1, new float[CLASSES]),
              3e-3);
        });
  }

  @Test
  void shouldEqualDifferencesOfTheLikelihoodRatioAndVanishAboveTheClamp() {
    Seeds.forEach(
        15,
        random -> {
          Tensor z = logits(random, 1);
          float[] gradient = new float[CLASSES];
          SoftLikelihoodRatio.add(Rows.of(z), 0, 1, gradient);
          if (Rows.of(z).confidence(0) < .95) {
            check(
                z.data(),
                gradient,
                at -> SoftLikelihoodRatio.add(rows(at), 0, 1, new float[CLASSES]),
                1e-2);
          }
        });
    float[] sure = {30, 0, 0, 0};
    float[] gradient = new float[CLASSES];
    assertThat(SoftLikelihoodRatio.add(rows(sure), 0, 1, gradient)).isFinite();
    assertThat(gradient).containsExactly(new float[CLASSES], within(1e-6f));
  }

  @Test
  void shouldEqualDifferencesOfDiversityAndOfTheContrastiveLoss() {
    Seeds.forEach(
        10,
        random -> {
          Tensor z = logits(random, 3);
          float[] gradient = new float[z.data().length];
          Diversity.add(Rows.of(z), 1, gradient);
          check(z.data(), gradient, at -> Diversity.add(rows(at), 1, new float[at.length]), 2e-3);
          float[] views = Seeds.gaussians(random, 3 * 2 * 5, 1);
          float[] dViews = new float[views.length];
          ContrastiveViews.evaluate(views, 3, 5, .5, 1, dViews);
          check(
              views,
              dViews,
              at -> ContrastiveViews.evaluate(at, 3, 5, .5, 1, new float[at.length]),
              1e-2);
        });
  }

  @Test
  void shouldStayFiniteWhenVectorsAreZeroOrLogitsExtreme() {
    float[] gradient = new float[3 * 2 * 2];
    assertThat(ContrastiveViews.evaluate(new float[12], 3, 2, .1, 1, gradient)).isFinite();
    for (float value : gradient) {
      assertThat(value).isFinite();
    }
    Rows extreme = rows(new float[] {1e30f, -1e30f, 0, 0});
    float[] d = new float[CLASSES];
    double loss = SymmetricCrossEntropy.add(extreme, 0, rows(new float[CLASSES]), 0, 1, d, null);
    assertThat(loss).isPositive();
    assertThat(SoftLikelihoodRatio.add(extreme, 0, 1, d)).isFinite();
    assertThat(Diversity.add(extreme, 1, d)).isFinite();
  }
}
