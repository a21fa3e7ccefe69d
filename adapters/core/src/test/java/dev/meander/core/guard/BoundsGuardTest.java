package dev.meander.core.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoundsGuardTest {

  // in order of name: bias, mean, variance, weight
  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Block("bn.weight", Role.GAIN, 2),
              new Block("bn.bias", Role.SHIFT, 1),
              new Block("bn.running_mean", Role.RUNNING_MEAN, 1),
              new Block("bn.running_var", Role.RUNNING_VARIANCE, 1)));

  private static final float[] BASE = {0, 0, 1, 3, 4};

  private final BoundsGuard guard = new BoundsGuard(new GuardConfig(.1));

  @Test
  void shouldPromoteWhenTheCandidateIsNearTheBase() {
    Verdict verdict = judge(.3f, -900, 900, 3.3f, 4);
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.PROMOTE);
    assertThat(verdict.reasons()).isEmpty();
    // statistics move with the stream and do not count: sqrt(.09 + .09) / 5
    assertThat(verdict.evidence().get("drift")).isEqualTo(Math.sqrt(.18) / 5, within(1e-7));
    assertThat(verdict.evidence())
        .contains(entry("loss", 1.5), entry("gradientNorm", 2.5), entry("meanEntropy", .5));
  }

  @Test
  void shouldHoldWhenTheCandidateIsFarFromTheBase() {
    Verdict verdict = judge(.3f, 0, 1, 3.4f, 4.1f);
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.HOLD);
    assertThat(verdict.reasons())
        .containsExactly("drift from the base 0.1020 > guard.drift.max 0.1000");
  }

  @Test
  void shouldRollBackWhenAFloatIsNotFinite() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Verdict parameter = judge(0, 0, 1, 3, bad);
      assertThat(parameter.outcome()).isEqualTo(Verdict.Outcome.ROLLBACK);
      assertThat(parameter.reasons()).containsExactly("bn.weight is not finite");
      Verdict statistic = judge(0, bad, 1, 3, 4);
      assertThat(statistic.outcome()).isEqualTo(Verdict.Outcome.ROLLBACK);
      assertThat(statistic.reasons()).containsExactly("bn.running_mean is not finite");
    }
  }

  @Test
  void shouldRollBackWhenAVarianceIsNegative() {
    Verdict verdict = judge(0, 0, -1e-9f, 3, 4);
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.ROLLBACK);
    assertThat(verdict.reasons()).containsExactly("bn.running_var is negative");
    assertThat(judge(0, -1, 0, 3, 4).outcome()).isEqualTo(Verdict.Outcome.PROMOTE);
  }

  @Test
  void shouldPromoteStatisticsAloneWhenNothingIsTrained() {
    Layout statistics = LAYOUT.select(block -> block.role().isStatistic());
    Candidate candidate =
        new Candidate(
            new LineageId("m", "s"),
            0,
            new AdapterWeights(statistics, new float[] {50, 60}),
            new AdapterWeights(statistics, new float[] {0, 1}));
    Verdict verdict =
        new BoundsGuard(new GuardConfig(0)).judge(candidate, new Evidence(Double.NaN, 0, 1));
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.PROMOTE);
    assertThat(verdict.evidence().get("loss")).isNaN();
  }

  @Test
  void shouldRefuseAVerdictWithoutAReason() {
    assertThatThrownBy(() -> new Verdict(Verdict.Outcome.HOLD, List.of(), Map.of()))
        .hasMessage("expected a reason for HOLD, found none");
  }

  private Verdict judge(float... values) {
    Candidate candidate =
        new Candidate(
            new LineageId("m", "s"),
            0,
            new AdapterWeights(LAYOUT, values),
            new AdapterWeights(LAYOUT, BASE));
    return guard.judge(candidate, new Evidence(1.5, 2.5, .5));
  }
}
