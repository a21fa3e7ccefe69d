package dev.meander.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.normalise.ClassMixStatistics.Tangent;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassMixStatisticsTest {

  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Block("bn.running_mean", Role.RUNNING_MEAN, 1),
              new Block("bn.running_var", Role.RUNNING_VARIANCE, 1)));

  /** Both classes in equal shares: mean 0, variance (1 + 1 + 3 + 1) / 2 = 3. */
  private static final float[] SOURCE = {0, 3};

  private static final double[] EVEN = {.5, .5};
  private static final int MANY = 1_000_000;

  private static ClassMoments moments() {
    ClassMoments moments = new ClassMoments(LAYOUT, SOURCE, 2);
    moments.learn(0, new float[] {-1, 1}, 10);
    moments.learn(1, new float[] {1, 3}, 5);
    moments.learn(1, new float[] {1, 3}, 5);
    return moments;
  }

  private static ClassMixStatistics statistics(ClassMoments moments, double window) {
    return new ClassMixStatistics(moments, LAYOUT, SOURCE, window);
  }

  @Test
  void shouldMixClassesByTheirShares() {
    assertThat(moments().mixture(EVEN)).containsExactly(new float[] {0, 3}, within(1e-6f));
    assertThat(moments().mixture(new double[] {1, 0}))
        .containsExactly(new float[] {-1, 1}, within(1e-6f));
    // mean -.5; second moment .75 * 2 + .25 * 4 = 2.5
    assertThat(moments().mixture(new double[] {.75, .25}))
        .containsExactly(new float[] {-.5f, 2.25f}, within(1e-6f));
  }

  @Test
  void shouldWeighSourceBatchesByTheirSamples() {
    ClassMoments moments = new ClassMoments(LAYOUT, SOURCE, 1);
    moments.learn(0, new float[] {0, 1}, 30);
    moments.learn(0, new float[] {4, 1}, 10);
    // mean 1, second moment (30 * 1 + 10 * 17) / 40 = 5
    assertThat(moments.mixture(new double[] {1}))
        .containsExactly(new float[] {1, 4}, within(1e-5f));
  }

  @Test
  void shouldCountAClassWithoutSamplesAsTheMeanOfTheOthers() {
    ClassMoments moments = new ClassMoments(LAYOUT, SOURCE, 3);
    assertThat(moments.isKnown()).isFalse();
    assertThat(moments.mixture(new double[] {.2, .3, .5})).containsExactly(SOURCE);
    moments.learn(0, new float[] {-1, 1}, 10);
    moments.learn(1, new float[] {1, 3}, 10);
    assertThat(moments.isKnown()).isTrue();
    assertThat(moments.mixture(new double[] {0, 0, 1}))
        .containsExactly(new float[] {0, 3}, within(1e-6f));
  }

  @Test
  void shouldReturnTheSourceWhenCleanSamplesHaveAnyClassShares() {
    for (double[] shares : new double[][] {EVEN, {.75, .25}, {.1, .9}}) {
      float[] seen = moments().mixture(shares);
      float[] published = statistics(moments(), 32).absorb(seen, shares, MANY, .5);
      assertThat(published).containsExactly(SOURCE, within(1e-4f));
    }
  }

  @Test
  void shouldFindScaleAndOffsetWhenOneClassIsSeen() {
    // the stream is 2 x + 10; only class 0 is seen: mean 8, variance 4
    float[] published =
        statistics(moments(), 32).absorb(new float[] {8, 4}, new double[] {1, 0}, MANY, .5);
    // corrected: mean 10, variance 12; half of the source
    assertThat(published).containsExactly(new float[] {5, 7.5f}, within(1e-3f));
  }

  @Test
  void shouldPlanAPassThatNormalisesWithTheTargetWhenItShowsWhatWasExpected() {
    ClassMixStatistics statistics = statistics(moments(), 32);
    float[] seen = {8, 4};
    double[] shares = {.9, .1};
    Tangent tangent = statistics.plan(seen, shares, 64, .5);
    float[] target = statistics.absorb(seen, shares, 64, .5);
    assertThat(tangent.batchShare()).isEqualTo(.5, within(1e-9));
    for (int i = 0; i < 2; i++) {
      double used =
          (1 - tangent.batchShare()) * tangent.statistics()[i] + tangent.batchShare() * seen[i];
      assertThat(used).isCloseTo(target[i], within(1e-4));
    }
  }

  @Test
  void shouldStandOnEarlierSamplesWhenBatchesAreSmall() {
    ClassMixStatistics statistics = statistics(moments(), 10);
    for (int i = 0; i < 5; i++) {
      statistics.absorb(new float[] {0, 3}, EVEN, 1, .5);
    }
    assertThat(statistics.batchShare(1)).isEqualTo(1 / 6.0, within(1e-9));
    assertThat(statistics.batchShare(5)).isEqualTo(.5, within(1e-9));
    assertThat(statistics.batchShare(10)).isEqualTo(1);
    // five old samples around 0, five new ones around 4: mean 2, variance 3 + 4
    float[] published = statistics.absorb(new float[] {4, 3}, EVEN, 5, .5);
    assertThat(published).containsExactly(new float[] {1, 5}, within(1e-4f));
    assertThat(statistics.batchShare(1)).isEqualTo(.1, within(1e-9));
    statistics.restart();
    assertThat(statistics.batchShare(1)).isEqualTo(1);
  }

  @Test
  void shouldTrustTheStreamLessWithoutSourceSamplesWhenFewClassesAreSeen() {
    ClassMoments unknown = new ClassMoments(LAYOUT, SOURCE, 2);
    float[] all = statistics(unknown, 32).absorb(new float[] {8, 4}, EVEN, MANY, .5);
    assertThat(all).containsExactly(new float[] {4, 3.5f}, within(1e-3f));
    float[] one = statistics(unknown, 32).absorb(new float[] {8, 4}, new double[] {1, 0}, MANY, .5);
    // one class of two: half the weight
    assertThat(one).containsExactly(new float[] {2, 3.25f}, within(1e-3f));
  }

  @Test
  void shouldKeepAVarianceAboveZeroWhenTheBatchIsConstant() {
    ClassMixStatistics statistics = statistics(moments(), 32);
    Tangent tangent = statistics.plan(new float[] {8, 0}, new double[] {1, 0}, 64, .5);
    assertThat(tangent.statistics()[1]).isPositive();
    assertThat(statistics.absorb(new float[] {8, 0}, new double[] {1, 0}, 64, .5)[1])
        .isEqualTo(1.5f, within(1e-6f));
  }

  @Test
  void shouldGoOnFromItsArrays() {
    ClassMixStatistics one = statistics(moments(), 20);
    ClassMixStatistics other = statistics(moments(), 20);
    one.absorb(new float[] {4, 3}, EVEN, 5, .5);
    StateArrays from = new StateArrays();
    StateArrays into = new StateArrays();
    one.state("a-", from);
    other.state("a-", into);
    from.floats()
        .forEach((name, x) -> System.arraycopy(x, 0, into.floats().get(name), 0, x.length));
    from.doubles()
        .forEach((name, x) -> System.arraycopy(x, 0, into.doubles().get(name), 0, x.length));
    assertThat(other.absorb(new float[] {1, 2}, EVEN, 5, .5))
        .containsExactly(one.absorb(new float[] {1, 2}, EVEN, 5, .5));
  }

  @Test
  void shouldRefuseAMeanWithoutVariance() {
    Layout odd = new Layout(List.of(new Block("bn.running_mean", Role.RUNNING_MEAN, 2)));
    assertThatThrownBy(() -> new ClassMoments(odd, new float[2], 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "expected a variance for every mean, found 2 means and 0 variances");
  }
}
