package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Role;
import dev.meander.kit.DataPack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of zoos as people export them answer what PyTorch answers; needs the data pack. */
final class ZooTest {

  /** By how much a logit may differ from PyTorch's, beside the largest of them. */
  private static final double ROUNDING = 1e-4;

  @ParameterizedTest
  @CsvSource({
    // file, input shape, features, batch norms that can be steered
    "zoo/mobilenetv3_small_050_script.pt, 3x64x64, 1024, 34",
    "zoo/mobilenetv3_small_050_trace.pt, 3x64x64, 1024, 34",
    "zoo/regnety_002_script.pt, 3x64x64, 368, 44",
    "zoo/vit_tiny_patch16_224_script.pt, 3x64x64, 192, 0",
    "../cases/01-norm-with-activation/bnact_script.pt, 3x8x8, 8, 2",
    "../cases/01-norm-with-activation/bnact_trace.pt, 3x8x8, 8, 2",
    "../cases/02-norm-over-another-axis/seqbn_script.pt, 6x4, 6, 1",
    "../cases/02-norm-over-another-axis/seqbn_trace.pt, 6x4, 6, 1",
    "../cases/02-norm-over-another-axis/seqbn2_trace.pt, 7x4, 5, 1",
    "../cases/05-enum-attribute/enum.pt, 3x8x8, 8, 1",
    "../cases/06-traced-affine-false/bn_noaffine_script.pt, 3x8x8, 8, 2",
    "../cases/06-traced-affine-false/bn_noaffine_trace.pt, 3x8x8, 8, 2",
    "../cases/08-batch-norm-under-another-name/bnnamed_script.pt, 3x8x8, 8, 1",
    "../cases/08-batch-norm-under-another-name/bnnamed_trace.pt, 3x8x8, 8, 1",
    "../cases/08-batch-norm-under-another-name/functionalbn_script.pt, 3x8x8, 8, 1",
    "../cases/23-heads-of-model-zoos/timmstyle_script.pt, 3x8x8, 8, 1",
    "../cases/23-heads-of-model-zoos/timmstyle_trace.pt, 3x8x8, 8, 1",
  })
  void shouldAnswerAsPyTorchDoes(String name, String shape, int features, int norms)
      throws IOException {
    Path file = DataPack.require(name);
    int[] one = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    float[] inputs = floats(Path.of(file.toString().replace(".pt", ".in")));
    float[] expected = floats(Path.of(file.toString().replace(".pt", ".out")));
    int[] batch = IntStream.concat(IntStream.of(0), IntStream.of(one)).toArray();
    batch[0] = inputs.length / Arrays.stream(one).reduce(1, Math::multiplyExact);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    try (AdaptableModel model = TorchModel.open(Networks.source(file, one));
        Tape tape = model.forward(new Tensor(inputs, batch), NormMode.SOURCE, false)) {
      float[] found = tape.logits().data();
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i])
            .as("logit %d", i)
            .isCloseTo(expected[i], within(ROUNDING * largest));
      }
      assertThat(model.spec().featureWidth()).isEqualTo(features);
      assertThat(model.spec().fixedNorms()).isEmpty();
      assertThat(
              model.spec().inventory().blocks().stream()
                  .filter(block -> block.role() == Role.RUNNING_MEAN))
          .hasSize(norms);
    }
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }
}
