package dev.meander.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void shouldStackRowsInOrder() {
    Tensor tensor = Tensor.stack(List.of(new float[] {1, 2, 3, 4}, new float[] {5, 6, 7, 8}), 2, 2);
    assertThat(tensor.shape()).containsExactly(2, 2, 2);
    assertThat(tensor.data()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(tensor.rows()).isEqualTo(2);
    assertThat(tensor.rowSize()).isEqualTo(4);
    assertThat(tensor.row(1)).containsExactly(5, 6, 7, 8);
    assertThat(tensor).hasToString("Tensor[2, 2, 2]");
  }

  @Test
  void shouldCompareByShapeAndValues() {
    Tensor tensor = new Tensor(new float[] {1, 2}, 1, 2);
    assertThat(tensor)
        .isEqualTo(new Tensor(new float[] {1, 2}, 1, 2))
        .hasSameHashCodeAs(new Tensor(new float[] {1, 2}, 1, 2))
        .isNotEqualTo(new Tensor(new float[] {1, 2}, 2, 1))
        .isNotEqualTo(new Tensor(new float[] {1, 3}, 1, 2));
  }

  @Test
  void shouldRefuseWhenFloatsDoNotFillTheShape() {
    assertThatThrownBy(() -> new Tensor(new float[5], 2, 3))
        .hasMessage("expected 6 floats for shape [2, 3], found 5");
    assertThatThrownBy(() -> new Tensor(new float[1], -1, -1))
        .hasMessage("expected dimensions >= 0, found [-1, -1]");
    assertThatThrownBy(() -> Tensor.stack(List.of(new float[2], new float[3]), 2))
        .hasMessage("expected rows of 2 floats, found 3 in row 1");
  }
}
