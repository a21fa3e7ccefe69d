package dev.meander.core.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.math.Softmax;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What each corrector does to a batch small enough to reason about. */
class CorrectorsTest {

  @Test
  void shouldFollowTheNeighboursWhenOneOfThemIsUndecided() {
    Tensor logits = new Tensor(new float[] {3, 0, 3, 0, .1f, .2f, 0, 3}, 4, 2);
    Tensor features = new Tensor(new float[] {1, 0, 1, .1f, 1, .05f, 0, 1}, 4, 2);
    Tensor corrected = new Lame(Affinity.RBF, 3, 100, 1e-8, false).correct(logits, features);
    assertThat(Softmax.argMax(corrected.data(), 4, 2)).isZero();
    assertThat(Softmax.argMax(corrected.data(), 6, 2)).isEqualTo(1);
    for (int row = 0; row < 4; row++) {
      double sum = Math.exp(corrected.data()[2 * row]) + Math.exp(corrected.data()[2 * row + 1]);
      assertThat(sum).as("probabilities of row %d", row).isEqualTo(1, within(1e-5));
    }
  }

  @Test
  void shouldRefuseAKernelWithoutScale() {
    assertThatThrownBy(() -> new Lame(Affinity.RBF, 1, 100, 1e-8, false))
        .hasMessage("expected k >= 2 with affinity RBF, found 1");
  }

  @Test
  void shouldTreatEqualSamplesAsAlike() {
    Tensor logits = new Tensor(new float[] {1, 0, 1, 0}, 2, 2);
    Tensor features = new Tensor(new float[4], 2, 2);
    for (Affinity affinity : Affinity.values()) {
      Lame.Solution solution = new Lame(affinity, 2, 100, 1e-8, true).solve(logits, features);
      assertThat(Arrays.stream(solution.probabilities()).boxed()).allMatch(Double::isFinite);
      assertThat(solution.energies()).isNotEmpty().allMatch(Double::isFinite);
    }
  }

  @Test
  void shouldScaleLogitsByTheSmoothedPrior() {
    Tensor logits = new Tensor(new float[] {(float) Math.log(3), 0, (float) Math.log(3), 0}, 2, 2);
    Tensor corrected = new PriorCorrection().correct(logits, logits);
    // pi = (3/4, 1/4), s = (1/2) / (3/4) = 2/3, factor of class 0 = (3/4 + 2/3) / (1 + 4/3)
    assertThat(corrected.data()[0]).isEqualTo((float) (Math.log(3) * 17 / 28), within(1e-6f));
    assertThat(corrected.data()[1]).isZero();
  }

  @Test
  void shouldMoveCentroidsTowardsTheStreamAndKeepTheSurest() {
    float[] head = {2, 0, 0, 2};
    SupportCentroids corrector = new SupportCentroids(head, new float[2], 1);
    Tensor feature = new Tensor(new float[] {1, .2f}, 1, 2);
    Tensor before = corrector.preview(new Tensor(new float[] {2, .4f}, 1, 2), feature);
    assertThat(before.data()).containsExactly(1, .2f);
    assertThat(corrector.preview(feature, feature)).isEqualTo(before);
    Tensor sure = new Tensor(new float[] {50, 0}, 1, 2);
    Tensor after = corrector.correct(sure, feature);
    assertThat(after.data()[0]).isEqualTo((float) Math.sqrt(1.04), within(1e-6f));
    Tensor unsure = new Tensor(new float[] {.1f, 0}, 1, 2);
    corrector.correct(unsure, new Tensor(new float[] {-1, 0}, 1, 2));
    assertThat(corrector.preview(sure, feature)).as("the surest support stays").isEqualTo(after);
    corrector.restart();
    assertThat(corrector.preview(feature, feature)).isEqualTo(before);
    StateArrays arrays = new StateArrays();
    corrector.state(arrays);
    assertThat(arrays.floats()).containsKeys("supports", "support-entropies");
  }
}
