package dev.meander.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FakeModelTest extends AdaptableModelContract {

  private static final int[] SHAPE = {3, 4, 4};

  @Override
  protected AdaptableModel open() {
    return new FakeModel("fake", SHAPE, 5, 1);
  }

  @Test
  void shouldTakeDrawnInputsForTheirLabel() {
    try (FakeModel model = new FakeModel("fake", SHAPE, 5, 1)) {
      SplittableRandom random = new SplittableRandom(1);
      List<float[]> rows = new ArrayList<>();
      for (int label = 0; label < 5; label++) {
        rows.add(model.input(label, random, 0.1));
      }
      try (Tape tape = model.forward(Tensor.stack(rows, SHAPE), NormMode.SOURCE, false)) {
        for (int label = 0; label < 5; label++) {
          float[] logits = tape.logits().row(label);
          for (int other = 0; other < 5; other++) {
            assertThat(logits[label]).isGreaterThanOrEqualTo(logits[other]);
          }
        }
      }
    }
  }

  @Test
  void shouldOpenFilesThatItWrote(@TempDir Path folder) {
    ModelProvider provider = new FakeProvider();
    Path file = FakeProvider.write(folder.resolve("a.fake"), 5, 1);
    ModelSource source = new ModelSource("fake", file, 1, SHAPE);
    assertThat(provider.canOpen(source)).isTrue();
    try (AdaptableModel model = provider.open(source)) {
      assertThat(model.spec().classes()).isEqualTo(5);
    }
    Path missing = folder.resolve("b.fake");
    assertThatThrownBy(() -> provider.open(new ModelSource("fake", missing, 1, SHAPE)))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage("expected a model file, found none at " + missing);
  }
}
