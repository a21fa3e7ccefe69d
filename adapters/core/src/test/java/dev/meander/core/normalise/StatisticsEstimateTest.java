package dev.meander.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.model.NormMode;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsEstimateTest {

  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Block("bn.running_mean", Role.RUNNING_MEAN, 1),
              new Block("bn.running_var", Role.RUNNING_VARIANCE, 1)));

  @Test
  void shouldServeTheSourceWhenNothingWasObserved() {
    StatisticsEstimate estimate = new StatisticsEstimate(LAYOUT, new float[] {1, 4});
    assertThat(estimate.served(0)).containsExactly(1, 4);
    assertThat(estimate.served(.7)).containsExactly(new float[] {1, 4}, within(1e-6f));
    assertThat(estimate.layout()).isEqualTo(LAYOUT);
  }

  @Test
  void shouldAverageAndBlendByTheNamedShares() {
    StatisticsEstimate estimate = new StatisticsEstimate(LAYOUT, new float[] {1, 4});
    estimate.observe(new float[] {3, 8}, .75);
    assertThat(estimate.estimate()).containsExactly(1.5f, 5);
    estimate.observe(new float[] {3.5f, 1}, .5);
    assertThat(estimate.estimate()).containsExactly(2.5f, 3);
    assertThat(estimate.served(.25))
        .containsExactly(new float[] {.25f + .75f * 2.5f, 1 + .75f * 3}, within(1e-6f));
    assertThat(estimate.served(1)).containsExactly(1, 4);
    assertThat(estimate.served(0)).containsExactly(2.5f, 3);
    assertThat(estimate.estimate()).as("serving does not move it").containsExactly(2.5f, 3);
    assertThat(estimate.source()).containsExactly(1, 4);
  }

  @Test
  void shouldRefuseWhenTheSourceHasAnotherSize() {
    assertThatThrownBy(() -> new StatisticsEstimate(LAYOUT, new float[3]))
        .hasMessage("expected 2 floats, found 3");
  }

  @Test
  void shouldSayWhatANormaliserServes() {
    assertThat(new Normaliser.Source().mode()).isEqualTo(NormMode.SOURCE);
    assertThat(new Normaliser.Source().servedSourceShare(.1)).isEqualTo(1);
    assertThat(new Normaliser.Batch().mode()).isEqualTo(NormMode.BATCH);
    assertThat(new Normaliser.Batch().servedSourceShare(.1)).isEqualTo(.1);
    assertThat(new Normaliser.Blend(.2).mode()).isEqualTo(NormMode.blend(.8));
    assertThat(new Normaliser.Blend(.2).servedSourceShare(.1)).isEqualTo(.8);
    assertThat(new Normaliser.MovingAverage().mode()).isEqualTo(NormMode.BATCH);
    assertThat(new Normaliser.MovingAverage().servedSourceShare(.1)).isZero();
    assertThatThrownBy(() -> new Normaliser.Blend(1))
        .hasMessage("expected a batch share between 0 and 1, found 1.0");
  }

  @Test
  void shouldKeepTheShareInPartsPerMillion() {
    assertThat(NormMode.SOURCE.usesBatch()).isFalse();
    assertThat(NormMode.BATCH.usesBatch()).isTrue();
    assertThat(NormMode.blend(.999999).usesBatch()).isTrue();
    assertThat(NormMode.blend(.9999999).usesBatch()).isFalse();
    assertThat(NormMode.blend(.25).sourceSharePpm()).isEqualTo(250_000);
    assertThatThrownBy(() -> NormMode.blend(1.1))
        .hasMessage("expected a source share of 0 to 1, found 1.1");
    assertThatThrownBy(() -> NormMode.blend(Double.NaN))
        .hasMessage("expected a source share of 0 to 1, found NaN");
  }
}
