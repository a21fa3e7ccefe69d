package dev.meander.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LateTrustTest {

  private final LateTrust trust = new LateTrust(100, 60, 1);

  /** Predictions of the given classes out of two. */
  private static Rows rows(int... classes) {
    float[] logits = new float[2 * classes.length];
    for (int i = 0; i < classes.length; i++) {
      logits[2 * i + classes[i]] = 1;
    }
    return Rows.of(new Tensor(logits, classes.length, 2));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Batches of 40 samples in which late statistics are right in so many, the frozen in none. */
  private void ahead(int... late) {
    for (int right : late) {
      int[] answers = new int[40];
      int[] predictions = IntStream.range(0, 40).map(i -> i < right ? 0 : 1).toArray();
      int[] frozen = IntStream.range(0, 40).map(i -> 1).toArray();
      trust.observe(rows(answers), rows(predictions), rows(frozen));
    }
  }

  @Test
  void shouldTrustNothingBeforeTheFirstBatch() {
    assertThat(trust.trust()).isZero();
  }

  @Test
  void shouldBoundTheMeanByItsErrorWhenThereAreTwoBatches() {
    ahead(20, 30);
    double keep = Math.exp(-.4);
    // d of .5 and .75 with weights keep and 1, and -.35 with weight 1, in batches of 40
    double mass = keep + 2;
    double mean = (.5 * keep + .75 - .35) / mass;
    double squares = (.25 * keep + .5625 + .1225) / mass;
    double batches = mass * mass / (keep * keep + 2);
    double bound = mean - Math.sqrt((squares - mean * mean) / batches);
    assertThat(trust.trust()).isCloseTo(sigmoid(60 * bound), within(1e-9));
  }

  @Test
  void shouldTakeTwoGoodBatchesForChanceAndFourForTheRule() {
    ahead(22, 14);
    assertThat(trust.trust()).isLessThan(.1);
    ahead(22, 22);
    assertThat(trust.trust()).isGreaterThan(.9);
  }

  @Test
  void shouldNotTrustWhenGainsAndLossesTakeTurns() {
    for (int i = 0; i < 20; i++) {
      trust.observe(rows(1, 1, 1, 1), rows(1, 1, 1, 0), rows(0, 0, 0, 1));
      trust.observe(rows(1, 1, 1, 1), rows(0, 0, 0, 1), rows(1, 1, 1, 0));
    }
    assertThat(trust.trust()).isLessThan(.05);
  }

  @Test
  void shouldFollowTheLastSamplesWhenTheStreamTurns() {
    for (int i = 0; i < 200; i++) {
      trust.observe(rows(1, 1), rows(1, 1), rows(0, 0));
    }
    assertThat(trust.trust()).isGreaterThan(.99);
    for (int i = 0; i < 50; i++) {
      trust.observe(rows(1, 1), rows(0, 0), rows(1, 1));
    }
    // e^-1 of the old and the rest of the new: e^-1 - (1 - e^-1) < 0
    assertThat(trust.trust()).isLessThan(.01);
  }

  @Test
  void shouldGoOnAlikeWhenItsStateIsCopied() {
    for (int i = 0; i < 60; i++) {
      trust.observe(rows(0, 1), rows(0, 1), rows(1, 0));
    }
    LateTrust other = new LateTrust(100, 60, 1);
    StateArrays from = new StateArrays();
    StateArrays into = new StateArrays();
    trust.state(from);
    other.state(into);
    from.doubles()
        .forEach((name, values) -> System.arraycopy(values, 0, into.doubles().get(name), 0, 5));
    assertThat(other.trust()).isEqualTo(trust.trust()).isGreaterThan(.9);
    other.restart();
    assertThat(other.trust()).isZero();
  }
}
