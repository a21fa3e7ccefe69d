package dev.meander.replay.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.tensor.Tensor;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.scenario.ScenarioSample;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrequentialTest {

  private static final int NOW = DataSet.UNSTATED;

  private static Prequential of(int delay, int window, double fading, int samples) {
    return new Prequential(new PrequentialConfig(delay, window, fading), 3, samples);
  }

  @Test
  void shouldFollowTheErrorInThreeWays() {
    Prequential errors = of(0, 2, .5, 4);
    errors.add(0, NOW, 0);
    errors.add(1, NOW, 0);
    errors.add(1, NOW, 1);
    errors.add(2, NOW, 1);
    Prequential.Result result = errors.result();
    assertThat(result.labelled()).isEqualTo(4);
    assertThat(result.error()).isEqualTo(50);
    assertThat(result.points())
        .containsExactly(
            new Prequential.Point(1, 1, 0, 0, 0),
            new Prequential.Point(2, 2, 50, 50, 100 / 1.5),
            new Prequential.Point(3, 3, 100 / 3.0, 50, 100 * .5 / 1.75),
            new Prequential.Point(4, 4, 50, 50, 100 * 1.25 / 1.875));
    assertThat(result.windowError()).isEqualTo(50);
    // chance: 0 has 1 label and 2 predictions, 1 has 2 and 2, 2 has 1 and 0
    double chance = 2 / 16.0 + 4 / 16.0;
    assertThat(result.kappa()).isCloseTo((.5 - chance) / (1 - chance), within(1e-12));
    // repeating the label before is right once
    assertThat(result.kappaTemporal()).isCloseTo((.5 - .25) / .75, within(1e-12));
    assertThat(result.balancedAccuracy()).isCloseTo((100 + 50 + 0) / 3.0, within(1e-9));
  }

  /** A table of pairs of classes would take 80 GB. */
  @Test
  void shouldFollowAsManyClassesAsThereAre() {
    int classes = 100_000;
    Prequential errors = new Prequential(new PrequentialConfig(0, 10, 1), classes, 2);
    errors.add(classes - 1, NOW, classes - 1);
    errors.add(0, NOW, -1);
    assertThat(errors.result().kappa()).isCloseTo((.5 - .25) / .75, within(1e-12));
    assertThat(errors.result().balancedAccuracy()).isEqualTo(50);
  }

  @Test
  void shouldForgetWhatLeftTheWindow() {
    Prequential errors = of(0, 3, 1, 10);
    for (int i = 0; i < 10; i++) {
      errors.add(0, NOW, i < 7 ? 1 : 0);
    }
    assertThat(errors.result().windowError()).isZero();
    assertThat(errors.result().error()).isEqualTo(70);
    assertThat(errors.result().fadingError()).as("no fading").isCloseTo(70, within(1e-9));
  }

  @Test
  void shouldJudgeAPredictionOnlyWhenItsLabelIsKnown() {
    Prequential errors = of(3, 100, 1, 5);
    for (int i = 0; i < 5; i++) {
      errors.add(1, NOW, i == 0 ? 2 : 1);
    }
    Prequential.Result result = errors.result();
    assertThat(result.points())
        .containsExactly(
            new Prequential.Point(4, 1, 100, 100, 100), new Prequential.Point(5, 2, 50, 50, 50));
    assertThat(result.labelled()).isEqualTo(2);
    assertThat(result.unlabelled()).isEqualTo(3);
  }

  @Test
  void shouldTakeTheDelayOfTheDataFirst() {
    Prequential errors = of(50, 100, 1, 4);
    errors.add(0, 2, 1);
    errors.add(1, 0, 1);
    errors.add(2, DataSet.NEVER, 2);
    errors.add(2, NOW, 2);
    Prequential.Result result = errors.result();
    assertThat(result.points())
        .containsExactly(
            new Prequential.Point(2, 1, 0, 0, 0),
            new Prequential.Point(3, 2, 50, 50, 50),
            new Prequential.Point(4, 2, 50, 50, 50));
    assertThat(result.unlabelled()).as("never, and after the end").isEqualTo(2);
  }

  @Test
  void shouldCallAnAnswerThatIsNoNumberWrong() {
    Prequential errors = of(0, 10, 1, 2);
    List<ScenarioSample> batch =
        List.of(
            new ScenarioSample(0, 0, new float[1], 0, NOW),
            new ScenarioSample(1, 0, new float[1], 2, NOW));
    errors.add(batch, new Tensor(new float[] {1, Float.NaN, 0, 0, 1, 2}, 2, 3));
    assertThat(errors.result().error()).isEqualTo(50);
    assertThat(errors.result().kappa()).isFinite();
  }

  @Test
  void shouldHaveNothingToSayWithoutLabels() {
    Prequential errors = of(10, 10, 1, 3);
    errors.add(0, NOW, 0);
    assertThat(errors.result())
        .isEqualTo(new Prequential.Result(0, 1, 0, 0, 0, 0, 0, 0, List.of()));
    Prequential same = of(0, 10, 1, 3);
    same.add(1, NOW, 1);
    same.add(1, NOW, 1);
    assertThat(same.result().kappa()).as("chance is always right too").isZero();
  }
}
