package dev.meander.core.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.kit.Seeds;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

  @Test
  void shouldGiveKnownNumbersWhenLogitsAreLogarithms() {
    float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5), 0, 0, 0};
    float[] probabilities = new float[6];

    Softmax.softmax(logits, 2, 3, probabilities);

    assertThat(probabilities)
        .containsExactly(
            new float[] {1 / 8f, 2 / 8f, 5 / 8f, 1 / 3f, 1 / 3f, 1 / 3f}, within(1e-7f));
  }

  @Test
  void shouldStayFiniteWhenLogitsAreHuge() {
    float[] logits = {1e30f, -1e30f, 0, -2e4f, -2e4f, -2e4f, 3e38f, -3e38f, 3e38f};
    float[] probabilities = new float[9];

    Softmax.softmax(logits, 3, 3, probabilities);

    assertThat(probabilities)
        .containsExactly(new float[] {1, 0, 0, 1 / 3f, 1 / 3f, 1 / 3f, .5f, 0, .5f}, within(1e-7f));
  }

  @Test
  void shouldIgnoreAClassWhenItsLogitIsMinusInfinity() {
    float[] logits = {0, Float.NEGATIVE_INFINITY, 0};
    float[] logProbabilities = new float[3];

    Softmax.logSoftmax(logits, 1, 3, logProbabilities);

    assertThat(Math.exp(logProbabilities[0])).isEqualTo(.5, within(1e-7));
    assertThat(logProbabilities[1]).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Softmax.entropy(logProbabilities, 0, 3)).isEqualTo(Math.log(2), within(1e-6));
  }

  @Test
  void shouldSumToOneAndNotMoveWhenLogitsAreShifted() {
    Seeds.forEach(
        50,
        random -> {
          int classes = 2 + random.nextInt(100);
          float[] logits = Seeds.gaussians(random, classes, 5);
          float[] shifted = logits.clone();
          for (int c = 0; c < classes; c++) {
            shifted[c] += 64;
          }
          float[] plain = new float[classes];
          Softmax.softmax(logits, 1, classes, plain);
          Softmax.softmax(shifted, 1, classes, shifted);
          double sum = 0;
          for (float probability : plain) {
            sum += probability;
          }
          assertThat(sum).isEqualTo(1, within(1e-5));
          assertThat(shifted).containsExactly(plain, within(1e-5f));
        });
  }

  @Test
  void shouldSpanZeroToLogClassesWhenEntropyIsTaken() {
    float[] uniform = new float[10];
    float[] certain = {0, -1e5f, -1e5f};
    Softmax.logSoftmax(uniform, 1, 10, uniform);

    assertThat(Softmax.entropy(uniform, 0, 10)).isEqualTo(Math.log(10), within(1e-6));
    assertThat(Softmax.entropy(certain, 0, 3)).isZero();
  }

  @Test
  void shouldTakeTheFirstWhenTwoValuesTie() {
    float[] values = {9, 1, 3, 3, 0};
    assertThat(Softmax.argMax(values, 1, 4)).isEqualTo(1);
    assertThat(Softmax.argMax(values, 0, 5)).isZero();
  }

  @Test
  void shouldRefuseWhenTheArrayIsTooShort() {
    assertThatThrownBy(() -> Softmax.softmax(new float[6], 2, 3, new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 2 x 3 floats, found 5");
  }
}
