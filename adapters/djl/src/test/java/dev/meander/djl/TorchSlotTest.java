package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.AdapterSlotContract;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TorchSlotTest extends AdapterSlotContract {

  @TempDir
  @SuppressWarnings("NullAway") // set by the test engine
  private static Path folder;

  private static ModelSource source() {
    Path file =
        Networks.tiny(folder.resolve("tiny.pt"), Networks.SCRIPTED, Networks.tinyWeights(3));
    return Networks.source(file, Networks.TINY_INPUT);
  }

  @Override
  protected AdapterSlot open() {
    ModelSource source = source();
    return ModelProvider.forSource(source).openSlot(source, LINEAGE);
  }

  @Test
  void shouldAnswerBitwiseAsTheModelThatWasAdapted() {
    Tensor x =
        new Tensor(Networks.random(new SplittableRandom(1), 2 * 3 * 16 * 16, 0, 1), 2, 3, 16, 16);
    try (AdapterSlot slot = open();
        AdaptableModel model = new TorchProvider().open(source())) {
      Layout layout = slot.spec().inventory().select(block -> !block.role().isStatistic());
      AdapterWeights weights =
          new AdapterWeights(
              layout, Networks.random(new SplittableRandom(2), layout.size(), -0.5, 0.5));
      for (Block block : layout.blocks()) {
        float[] floats = new float[block.size()];
        weights.read(block, floats);
        model.write(block, floats);
      }
      slot.swap(new AdapterVersion(LINEAGE, 1, weights.contentHash()), weights);
      try (Tape tape = model.forward(x, NormMode.SOURCE, false)) {
        assertThat(slot.predict(x).logits()).isEqualTo(tape.logits());
      }
    }
  }

  @Test
  void shouldRefuseToAnswerWhenClosed() {
    Tensor x = new Tensor(new float[3 * 16 * 16], 1, 3, 16, 16);
    AdapterSlot slot = open();
    slot.close();
    slot.close();
    assertThatThrownBy(() -> slot.predict(x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected an open slot, found that of model:global closed");
    AdapterWeights nothing = new AdapterWeights(new Layout(List.of()), new float[0]);
    AdapterVersion version = new AdapterVersion(LINEAGE, 1, nothing.contentHash());
    assertThatThrownBy(() -> slot.swap(version, nothing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected an open slot, found that of model:global closed");
  }
}
