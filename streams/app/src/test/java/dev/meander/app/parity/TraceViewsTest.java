package dev.meander.app.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.tensor.Tensor;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TraceViewsTest {

  private static JsonNode view() throws Exception {
    return new ObjectMapper().readTree("{\"scale\": 2, \"offset\": 1, \"clip\": [0, 20]}");
  }

  private static float[] seen(String axis) throws Exception {
    Tensor x = new Tensor(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 1, 2, 2, 3);
    return TraceViews.flipped(view(), axis).apply(x, RandomGenerator.getDefault()).data();
  }

  @Test
  void shouldFlipAlongTheAxisThatTheSetNames() throws Exception {
    assertThat(seen("width")).containsExactly(7, 5, 3, 13, 11, 9, 19, 17, 15, 20, 20, 20);
    assertThat(seen("height")).containsExactly(9, 11, 13, 3, 5, 7, 20, 20, 20, 15, 17, 19);
    assertThatThrownBy(() -> seen("depth"))
        .isInstanceOf(TraceRefusedException.class)
        .hasMessage("expected the flip_axis width or height, found \"depth\"");
  }

  @Test
  void shouldRefuseToFlipRowsThatHaveNoHeight() throws Exception {
    Tensor row = new Tensor(new float[] {1, 2}, 1, 2);
    assertThatThrownBy(
            () -> TraceViews.flipped(view(), "height").apply(row, RandomGenerator.getDefault()))
        .isInstanceOf(TraceRefusedException.class)
        .hasMessage("expected inputs with a height to flip along it, found shape [1, 2]");
  }
}
