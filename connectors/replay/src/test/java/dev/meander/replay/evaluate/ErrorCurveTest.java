package dev.meander.replay.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.replay.evaluate.RunResult.BatchResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorCurveTest {

  @Test
  void shouldAddUpTheSegmentsOfABatch() {
    ErrorCurve curve =
        ErrorCurve.of(
            List.of(
                new BatchResult(0, 0, 10, 1, 2),
                new BatchResult(0, 1, 10, 3, 4),
                new BatchResult(1, 0, 20, 5, 20)));

    assertThat(curve.samples()).containsExactly(20, 40);
    assertThat(curve.error()).containsExactly(20.0, 25.0);
    assertThat(curve.errorServed()).containsExactly(30.0, 100.0);
  }

  @Test
  void shouldKeepEverySampleWhenPointsAreFew() {
    List<BatchResult> batches = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      batches.add(new BatchResult(i, 0, 7, i % 2 == 0 ? 7 : 0, 0));
    }

    ErrorCurve curve = ErrorCurve.of(batches);

    assertThat(curve.samples()).hasSizeLessThanOrEqualTo(ErrorCurve.POINTS_MAX).isSorted();
    assertThat(curve.samples()).endsWith(7_000);
    assertThat(curve.error()).startsWith(50.0);
  }

  @Test
  void shouldBeEmptyWithoutBatches() {
    assertThat(ErrorCurve.of(List.of()).samples()).isEmpty();
  }
}
