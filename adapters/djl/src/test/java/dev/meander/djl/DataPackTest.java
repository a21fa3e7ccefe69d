package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Role;
import dev.meander.kit.DataPack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Genuine trained networks on genuine images; needs the data pack. The first 200 test images in the
 * normal run, the first 2,000 with {@code -Dmeander.images=2000}.
 */
final class DataPackTest {

  private static final int IMAGE_BYTES = 3 * 32 * 32;
  private static final int BATCH = 100;
  private static final int SHORT_RUN = 200;
  private static final int IMAGES = Integer.getInteger("meander.images", SHORT_RUN);

  @ParameterizedTest
  @CsvSource({
    "resnet20.pt, 269722, 9.0, 8.35",
    "resnet20_traced.pt, 269722, 9.0, 8.35",
    "resnet32.pt, 464154, 7.5, 7.30",
    "rn26_gn.pt, 366938, 8.0, 8.85"
  })
  void shouldClassifyAsPublished(String name, int parameters, double shortError, double longError)
      throws IOException {
    Path file = DataPack.require("models/" + name);
    Path images = DataPack.require("cifar10/test_batch.bin");
    ModelSource source = new ModelSource("net", file, 1, new int[] {3, 32, 32});
    try (AdaptableModel model = new TorchProvider().open(source);
        InputStream in = Files.newInputStream(images)) {
      assertThat(model.spec().inventory().select(block -> !block.role().isStatistic()).size())
          .isEqualTo(parameters);
      assertThat(model.spec().inventory().blocks())
          .filteredOn(block -> block.role() == Role.HEAD_WEIGHT)
          .singleElement()
          .satisfies(head -> assertThat(head.shape()).containsExactly(10, 64));
      int wrong = 0;
      for (int from = 0; from < IMAGES; from += BATCH) {
        wrong += wrong(model, in.readNBytes(BATCH * (1 + IMAGE_BYTES)));
      }
      double expected = IMAGES == SHORT_RUN ? shortError : longError;
      assertThat(100.0 * wrong / IMAGES).isCloseTo(expected, within(1e-9));
    }
  }

  private static int wrong(AdaptableModel model, byte[] records) {
    float[] pixels = new float[BATCH * IMAGE_BYTES];
    for (int i = 0; i < BATCH; i++) {
      for (int j = 0; j < IMAGE_BYTES; j++) {
        pixels[i * IMAGE_BYTES + j] = (records[i * (1 + IMAGE_BYTES) + 1 + j] & 0xff) / 255f;
      }
    }
    Tensor x = new Tensor(pixels, BATCH, 3, 32, 32);
    int wrong = 0;
    try (Tape tape = model.forward(x, NormMode.SOURCE, false)) {
      for (int i = 0; i < BATCH; i++) {
        float[] logits = tape.logits().row(i);
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
          best = logits[c] > logits[best] ? c : best;
        }
        wrong += best == records[i * (1 + IMAGE_BYTES)] ? 0 : 1;
      }
    }
    return wrong;
  }
}
