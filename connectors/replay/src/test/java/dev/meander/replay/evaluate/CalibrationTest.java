package dev.meander.replay.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  private static Tensor logits(double... probabilities) {
    float[] values = new float[probabilities.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.log(probabilities[i]);
    }
    return new Tensor(values, values.length / 2, 2);
  }

  @Test
  void shouldScoreByHand() {
    Calibration calibration = new Calibration();

    calibration.add(logits(0.8, 0.2, 0.3, 0.7), new int[] {0, 0});

    Calibration.Result result = calibration.result();
    assertThat(result.nll()).isCloseTo(-(Math.log(0.8) + Math.log(0.3)) / 2, within(1e-6));
    assertThat(result.brier()).isCloseTo((2 * 0.04 + 2 * 0.49) / 2, within(1e-6));
    // bins of .8 (right) and .7 (wrong): (.2 + .7) / 2
    assertThat(result.ecePercent()).isCloseTo(45, within(1e-4));
  }

  @Test
  void shouldFindNoGapWhenConfidenceIsAccuracy() {
    Calibration calibration = new Calibration();
    double[] rows = new double[20];
    int[] labels = new int[10];
    for (int i = 0; i < 10; i++) {
      rows[2 * i] = 0.7;
      rows[2 * i + 1] = 0.3;
      labels[i] = i < 7 ? 0 : 1;
    }
    calibration.add(logits(rows), labels);

    assertThat(calibration.result().ecePercent()).isCloseTo(0, within(1e-4));
  }

  @Test
  void shouldStayFiniteForCertainMistakesAndForNoNumbers() {
    Calibration calibration = new Calibration();

    calibration.add(
        new Tensor(new float[] {1000, 0, Float.NaN, Float.NaN}, 2, 2), new int[] {1, 0});

    assertThat(calibration.result().nll()).isCloseTo((50 - Math.log(0.5)) / 2, within(1e-6));
    assertThat(calibration.samples()).isEqualTo(2);
  }
}
