package dev.meander.core.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.kit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 31, 1021})
  void shouldFindTheOneBadValueWhereverItIs(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i % 2 == 0 ? Float.MAX_VALUE : -Float.MIN_VALUE;
    }
    assertThat(Vectors.allFinite(values)).isTrue();
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int i = 0; i < length; i++) {
        float good = values[i];
        values[i] = bad;
        assertThat(Vectors.allFinite(values)).as("%s at %s", bad, i).isFalse();
        values[i] = good;
      }
    }
  }

  @Test
  void shouldGiveKnownNumbersWhenVectorsAreSmall() {
    float[] a = {3, 4};
    float[] b = {4, 3};
    assertThat(Vectors.norm(a)).isEqualTo(5);
    assertThat(Vectors.distance(a, b)).isEqualTo(Math.sqrt(2));
    assertThat(Vectors.cosine(a, b)).isEqualTo(24 / 25.0, within(1e-12));
    assertThat(Vectors.cosine(a, new float[] {-6, -8})).isEqualTo(-1, within(1e-12));
    assertThat(Vectors.cosine(a, new float[2])).isZero();
    assertThat(Vectors.norm(new float[0])).isZero();
  }

  @Test
  void shouldNotOverflowWhenSquaresExceedFloat() {
    assertThat(Vectors.norm(new float[] {3e30f, 4e30f})).isEqualTo(5e30, within(1e24));
  }

  @Test
  void shouldKeepTheNamedShareWhenBlending() {
    Seeds.forEach(
        20,
        random -> {
          double keep = random.nextDouble();
          float[] old = Seeds.gaussians(random, 31, 1);
          float[] source = Seeds.gaussians(random, 31, 1);
          float[] target = old.clone();
          Vectors.blendInPlace(target, source, keep);
          for (int i = 0; i < 31; i++) {
            assertThat((double) target[i])
                .isEqualTo(keep * old[i] + (1 - keep) * source[i], within(1e-6));
          }
        });
    float[] target = {1, 2};
    Vectors.blendInPlace(target, new float[] {7, 8}, 1);
    assertThat(target).containsExactly(1, 2);
    Vectors.blendInPlace(target, new float[] {7, 8}, 0);
    assertThat(target).containsExactly(7, 8);
  }

  @Test
  void shouldRefuseWhenLengthsDiffer() {
    assertThatThrownBy(() -> Vectors.blendInPlace(new float[2], new float[3], .5))
        .hasMessage("expected arrays of one length, found 2 and 3");
    assertThatThrownBy(() -> Vectors.cosine(new float[1], new float[0]))
        .hasMessage("expected arrays of one length, found 1 and 0");
    assertThatThrownBy(() -> Vectors.distance(new float[1], new float[0]))
        .hasMessage("expected arrays of one length, found 1 and 0");
  }
}
