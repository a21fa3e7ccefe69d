package dev.meander.core.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.Seeds;
import org.junit.jupiter.api.Test;

class StateBlocksTest {

  @Test
  void shouldCutLargeArraysAndPutThemTogetherAgain() {
    Seeds.with(
        1,
        random -> {
          for (int size :
              new int[] {0, 1, StateBlocks.BLOCK_FLOATS, StateBlocks.BLOCK_FLOATS + 1, 150_000}) {
            float[] values = Seeds.gaussians(random, size, 1);
            StateBlocks blocks = new StateBlocks();
            blocks.put("theta", values);
            assertThat(blocks.blocks())
                .hasSize((size + StateBlocks.BLOCK_FLOATS - 1) / StateBlocks.BLOCK_FLOATS)
                .allSatisfy(
                    (name, bytes) ->
                        assertThat(bytes.length).as(name).isLessThanOrEqualTo(256 * 1024));
            float[] read = new float[size];
            new StateBlocks(blocks.blocks()).read("theta", read);
            assertThat(read).isEqualTo(values);
          }
        });
  }

  @Test
  void shouldNameThePartThatIsWrong() {
    StateBlocks blocks = new StateBlocks();
    blocks.put("theta", new float[StateBlocks.BLOCK_FLOATS + 2]);
    assertThatThrownBy(() -> blocks.read("theta", new float[StateBlocks.BLOCK_FLOATS + 3]))
        .hasMessage("expected 12 bytes in state block theta/1, found 8");
    assertThatThrownBy(() -> blocks.read("theta", new float[2 * StateBlocks.BLOCK_FLOATS + 3]))
        .hasMessage("expected 262144 bytes in state block theta/1, found 8");
    assertThatThrownBy(() -> blocks.get("omega"))
        .hasMessage("expected state block omega, found none");
  }
}
