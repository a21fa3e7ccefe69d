package dev.meander.djl.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.CrossEntropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.djl.TorchProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageNetworkTest {

  private static final int[] INPUT = {3, 32, 32};

  private static AdaptableModel open(Path file) {
    return new TorchProvider().open(new ModelSource("glyphs", file, 1, INPUT));
  }

  private static Tensor batch(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] data = new float[rows * 3 * 32 * 32];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble();
    }
    return new Tensor(data, rows, 3, 32, 32);
  }

  private static List<Block> trainable(AdaptableModel model) {
    return model.spec().inventory().blocks().stream()
        .filter(block -> !block.role().isStatistic())
        .toList();
  }

  @Test
  void shouldBeASmallClassifier(@TempDir Path folder) throws IOException {
    Path file = ImageNetwork.write(folder.resolve("a.pt"), 10, 1, Map.of());
    try (AdaptableModel model = open(file);
        Tape tape = model.forward(batch(2, 1), NormMode.SOURCE, false)) {
      assertThat(model.spec().classes()).isEqualTo(10);
      assertThat(model.spec().featureWidth()).isEqualTo(ImageNetwork.FEATURES);
      assertThat(trainable(model).stream().mapToInt(Block::size).sum()).isEqualTo(78_042);
      assertThat(trainable(model)).filteredOn(block -> block.role().isNormAffine()).hasSize(18);
      assertThat(tape.logits().shape()).containsExactly(2, 10);
    }
  }

  @Test
  void shouldBeTheSameFileForTheSameSeed(@TempDir Path folder) throws IOException {
    Path one = ImageNetwork.write(folder.resolve("a.pt"), 10, 1, Map.of());
    Path same = ImageNetwork.write(folder.resolve("b.pt"), 10, 1, Map.of());
    Path other = ImageNetwork.write(folder.resolve("c.pt"), 10, 2, Map.of());
    assertThat(same).hasSameBinaryContentAs(one);
    assertThat(Files.mismatch(one, other)).isNotNegative();
  }

  @Test
  void shouldCarryWeightsThatAreWrittenBack(@TempDir Path folder) throws IOException {
    Path file = ImageNetwork.write(folder.resolve("a.pt"), 4, 1, Map.of());
    Map<String, float[]> weights = new HashMap<>();
    Tensor answer;
    try (AdaptableModel model = open(file)) {
      for (Block block : model.spec().inventory().blocks()) {
        float[] floats = new float[block.size()];
        model.read(block, floats);
        for (int i = 0; i < floats.length; i++) {
          floats[i] = floats[i] * 1.1f + 0.01f;
        }
        model.write(block, floats);
        weights.put(block.name(), floats);
      }
      try (Tape tape = model.forward(batch(3, 1), NormMode.SOURCE, false)) {
        answer = tape.logits();
      }
    }
    Path trained = ImageNetwork.write(folder.resolve("b.pt"), 4, 1, weights);
    try (AdaptableModel model = open(trained);
        Tape tape = model.forward(batch(3, 1), NormMode.SOURCE, false)) {
      assertThat(tape.logits()).isEqualTo(answer);
    }
  }

  @Test
  void shouldLearnABatchByHeart(@TempDir Path folder) throws IOException {
    Path file = ImageNetwork.write(folder.resolve("a.pt"), 4, 1, Map.of());
    Tensor x = batch(8, 1);
    CrossEntropy loss = new CrossEntropy(new int[] {0, 1, 2, 3, 0, 1, 2, 3});
    double[] sampleWeights = new double[8];
    Arrays.fill(sampleWeights, 1);
    try (AdaptableModel model = open(file)) {
      model.train(trainable(model));
      double first = Double.NaN;
      double last = Double.NaN;
      for (int step = 0; step < 12; step++) {
        try (Tape tape = model.forward(x, NormMode.BATCH, true)) {
          float[] dLogits = new float[8 * 4];
          float[] dFeatures = new float[8 * ImageNetwork.FEATURES];
          last =
              loss.evaluate(
                  new Pass(tape.logits(), tape.features(), sampleWeights), dLogits, dFeatures);
          first = step == 0 ? last : first;
          tape.backward(dLogits, null);
          descend(model, tape);
        }
      }
      assertThat(last).isLessThan(first / 3);
    }
  }

  private static void descend(AdaptableModel model, Tape tape) {
    for (Block block : trainable(model)) {
      float[] theta = new float[block.size()];
      float[] gradient = new float[block.size()];
      model.read(block, theta);
      tape.gradient(block, gradient);
      for (int i = 0; i < theta.length; i++) {
        theta[i] -= 0.1f * gradient[i];
      }
      model.write(block, theta);
    }
  }

  @Test
  void shouldRefuseWeightsOfAnotherNetwork(@TempDir Path folder) {
    Path file = folder.resolve("a.pt");
    assertThatThrownBy(
            () ->
                ImageNetwork.write(
                    file, 10, 1, Map.of("fc.bias", new float[10], "b", new float[1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected names of the network's blocks, found [b]");
    assertThatThrownBy(() -> ImageNetwork.write(file, 10, 1, Map.of("fc.bias", new float[9])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 10 floats for fc.bias, found 9");
    assertThatThrownBy(() -> ImageNetwork.write(file, 1, 1, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 2 or more classes, found 1");
  }

  @Test
  void shouldRefuseTensorsAndModulesThatDoNotFit() {
    assertThatThrownBy(() -> ScriptTensor.parameter(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 24 bytes for float32 [2, 3], found 20");
    ScriptModule module = new ScriptModule("Net").with("a", 1);
    assertThatThrownBy(() -> module.with("a", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected attribute names of Net once each, found a twice");
  }
}
