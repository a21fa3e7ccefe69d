package dev.meander.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LateTrustTest {

  /** A batch of four has this mass; that neither is ahead has .4 of it at first. */
  private static final double KEEP = Math.exp(-.04);

  private final LateTrust trust = new LateTrust(100, 60, .05);

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

  @Test
  void shouldTrustLittleBeforeTheFirstBatch() {
    assertThat(trust.trust()).isCloseTo(sigmoid(-3), within(1e-12));
  }

  @Test
  void shouldTrustLateStatisticsWhenTheyComeCloserToTheAnswers() {
    trust.observe(rows(0, 1, 0, 1), rows(0, 1, 0, 0), rows(0, 0, 0, 0));
    // three of four against two of four
    double ahead = .25 * (1 - KEEP) / (.4 * KEEP + 1 - KEEP);
    assertThat(trust.trust()).isCloseTo(sigmoid(60 * (ahead - .05)), within(1e-9));
  }

  @Test
  void shouldTrustTheFrozenModelWhenBothComeAsClose() {
    trust.observe(rows(0, 1, 0, 1), rows(0, 0, 0, 1), rows(0, 1, 0, 0));
    assertThat(trust.trust()).isCloseTo(sigmoid(-3), within(1e-9));
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
    for (int i = 0; i < 10; i++) {
      trust.observe(rows(0, 1), rows(0, 1), rows(1, 0));
    }
    LateTrust other = new LateTrust(100, 60, .05);
    StateArrays from = new StateArrays();
    StateArrays into = new StateArrays();
    trust.state(from);
    other.state(into);
    from.doubles()
        .forEach((name, values) -> System.arraycopy(values, 0, into.doubles().get(name), 0, 2));
    assertThat(other.trust()).isEqualTo(trust.trust()).isGreaterThan(.9);
    other.restart();
    assertThat(other.trust()).isCloseTo(sigmoid(-3), within(1e-12));
  }
}
