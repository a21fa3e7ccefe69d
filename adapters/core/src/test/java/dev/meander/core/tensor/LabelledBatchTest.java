package dev.meander.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LabelledBatchTest {

  @Test
  void shouldCountTheRowsWhoseLargestLogitIsAnotherClass() {
    LabelledBatch batch = new LabelledBatch(new Tensor(new float[3], 3, 1), new int[] {0, 2, 1});

    assertThat(batch.wrong(new Tensor(new float[] {1, 0, 0, 3, 1, 2, 0, 5, 5}, 3, 3))).isOne();
  }

  @Test
  void shouldRefuseAnotherNumberOfLabelsThanRows() {
    assertThatThrownBy(() -> new LabelledBatch(new Tensor(new float[3], 3, 1), new int[2]))
        .hasMessage("expected one label per row, found 2 for 3");
  }
}
