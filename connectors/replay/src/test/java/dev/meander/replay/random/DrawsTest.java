package dev.meander.replay.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DrawsTest {

  @Test
  void shouldRepeatWhenSeedAndPathAreTheSame() {
    Draws draws = Draws.of(1, 2, 3);
    Draws again = Draws.of(1, 2, 3);

    for (int i = 0; i < 100; i++) {
      assertThat(draws.gaussian()).isEqualTo(again.gaussian());
      assertThat(draws.below(7)).isEqualTo(again.below(7));
    }
  }

  @Test
  void shouldStayTheSameAcrossReleases() {
    Draws draws = Draws.of(42, 7);

    assertThat(draws.bits()).isEqualTo(7886330219030217820L);
    assertThat(draws.uniform()).isEqualTo(0.7936209045361138);
    assertThat(draws.gaussian()).isEqualTo(0.7014256406503712);
    assertThat(draws.permutation(6)).containsExactly(5, 4, 0, 2, 3, 1);
  }

  @Test
  void shouldDifferWhenSeedOrAnyPartOfThePathDiffers() {
    assertThat(
            Arrays.asList(
                Draws.of(1, 2, 3).bits(),
                Draws.of(2, 2, 3).bits(),
                Draws.of(1, 3, 2).bits(),
                Draws.of(1, 2).bits(),
                Draws.of(1, 2, 4).bits(),
                Draws.of(1, 2, 3, 0).bits()))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldDrawNormalNumbers() {
    Draws draws = Draws.of(5);
    int count = 200_000;
    double sum = 0;
    double squares = 0;
    int beyondTwo = 0;
    for (int i = 0; i < count; i++) {
      double value = draws.gaussian();
      sum += value;
      squares += value * value;
      beyondTwo += Math.abs(value) > 2 ? 1 : 0;
    }

    // five standard errors each
    assertThat(sum / count).isCloseTo(0, within(5 / Math.sqrt(count)));
    assertThat(squares / count).isCloseTo(1, within(5 * Math.sqrt(2.0 / count)));
    assertThat((double) beyondTwo / count).isCloseTo(0.0455, within(5 * 0.2084 / Math.sqrt(count)));
  }

  @Test
  void shouldPermuteEveryNumberOnce() {
    int[] order = Draws.of(9).permutation(1000);

    assertThat(order).isNotEqualTo(Draws.of(10).permutation(1000));
    Arrays.sort(order);
    for (int i = 0; i < order.length; i++) {
      assertThat(order[i]).isEqualTo(i);
    }
  }

  @Test
  void shouldRefuseAnEmptyRange() {
    assertThatThrownBy(() -> Draws.of(1).below(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a bound >= 1, found 0");
  }

  @Test
  void shouldDrawDirichletSharesOfTheStatedMeanAndVariance() {
    for (double concentration : new double[] {0.05, 0.5, 3}) {
      Draws draws = Draws.of(7);
      int size = 4;
      int count = 20_000;
      double sum = 0;
      double square = 0;
      for (int i = 0; i < count; i++) {
        double[] shares = draws.dirichlet(size, concentration);
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-12));
        sum += shares[0];
        square += shares[0] * shares[0];
      }
      double mean = sum / count;
      double variance = square / count - mean * mean;
      // Dir(a, ..., a) of K: mean 1/K, variance (1/K)(1 - 1/K) / (K a + 1)
      double expected = 0.25 * 0.75 / (size * concentration + 1);
      assertThat(mean).isCloseTo(0.25, within(5 * Math.sqrt(expected / count)));
      assertThat(variance).isCloseTo(expected, within(0.04 * expected));
    }
  }

  @Test
  void shouldDrawFiniteSharesForATinyConcentration() {
    double[] shares = Draws.of(1).dirichlet(10, 1e-3);

    assertThat(Arrays.stream(shares).max().orElseThrow()).isGreaterThan(0.99);
    assertThatThrownBy(() -> Draws.of(1).dirichlet(10, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a concentration > 0, found 0.0");
  }
}
