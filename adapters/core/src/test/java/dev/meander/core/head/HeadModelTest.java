package dev.meander.core.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdaptableModelContract;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head with a residual holds to the contract of every model, and its gradients are exact. */
final class HeadModelTest extends AdaptableModelContract {

  private static final HeadShape SHAPE = new HeadShape(9, 2, 5);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  @Override
  protected AdaptableModel open() {
    return open(SHAPE);
  }

  private AdaptableModel open(HeadShape shape) {
    Path file = Heads.write(Heads.random(shape, 4), folder.resolve("head.safetensors"));
    ModelSource source = new ModelSource("head", file, 1, new int[] {shape.features()});
    return ModelProvider.forSource(source).open(source);
  }

  private static float[] values(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }

  @Test
  void shouldPullExactGradientsToEveryBlock() {
    NormMode[] modes = {
      NormMode.SOURCE, NormMode.BATCH, NormMode.blend(.4), NormMode.biasedBlend(.4)
    };
    for (HeadShape shape :
        new HeadShape[] {SHAPE, new HeadShape(6, 0, 3), new HeadShape(1, 1, 2)}) {
      try (AdaptableModel head = open(shape)) {
        for (NormMode mode : modes) {
          checkGradients(head, mode);
        }
      }
    }
  }

  private static void checkGradients(AdaptableModel head, NormMode mode) {
    int rows = 7;
    Tensor x =
        new Tensor(values(rows * head.spec().featureWidth(), 1), rows, head.spec().featureWidth());
    float[] dLogits = values(rows * head.spec().classes(), 2);
    float[] dFeatures = values(rows * head.spec().featureWidth(), 3);
    head.train(head.spec().inventory().select(block -> !block.role().isStatistic()).blocks());
    try (Tape tape = head.forward(x, mode, true)) {
      tape.backward(dLogits, dFeatures);
      for (Block block : head.spec().inventory().blocks()) {
        if (block.role().isStatistic()) {
          continue;
        }
        float[] gradient = new float[block.size()];
        tape.gradient(block, gradient);
        float[] floats = new float[block.size()];
        head.read(block, floats);
        for (int i = 0; i < floats.length; i++) {
          float kept = floats[i];
          floats[i] = kept + .01f;
          head.write(block, floats);
          double up = value(head, x, mode, dLogits, dFeatures);
          floats[i] = kept - .01f;
          head.write(block, floats);
          double down = value(head, x, mode, dLogits, dFeatures);
          floats[i] = kept;
          head.write(block, floats);
          // the value is linear in each float alone, so the difference is exact but for rounding
          double difference = (up - down) / (2 * .01f);
          assertThat((double) gradient[i])
              .as("%s[%d] in %s", block.name(), i, mode)
              .isCloseTo(difference, within(2e-3 + 1e-3 * Math.abs(difference)));
        }
      }
    }
  }

  private static double value(
      AdaptableModel head, Tensor x, NormMode mode, float[] dLogits, float[] dFeatures) {
    try (Tape tape = head.forward(x, mode, false)) {
      double sum = 0;
      for (int i = 0; i < dLogits.length; i++) {
        sum += (double) dLogits[i] * tape.logits().data()[i];
      }
      for (int i = 0; i < dFeatures.length; i++) {
        sum += (double) dFeatures[i] * tape.features().data()[i];
      }
      return sum;
    }
  }

  @Test
  void shouldAnswerAsTheFormulaSays() {
    float[] floats = new float[new HeadShape(2, 1, 2).layout().size()];
    // linear.bias, linear.weight, norm.bias, norm.running_mean, norm.running_var, norm.weight,
    // down, up
    float[] given = {.5f, -1, 1, 2, 3, 4, .25f, -.5f, 1, 2, 4, 9, 2, 3, 1, -1, .5f, .25f};
    System.arraycopy(given, 0, floats, 0, given.length);
    assertThat(floats).hasSize(given.length);
    HeadFile head = new HeadFile(new HeadShape(2, 1, 2), floats, List.of("a", "b"));
    Path file = Heads.write(head, folder.resolve("formula.safetensors"));
    ModelSource source = new ModelSource("head", file, 1, new int[] {2});
    try (AdaptableModel model = new HeadProvider().open(source);
        Tape tape = model.forward(new Tensor(new float[] {3, 5}, 1, 2), NormMode.SOURCE, false)) {
      double first = 2 * (3 - 1) / Math.sqrt(4 + 1e-5) + .25;
      double second = 3 * (5 - 2) / Math.sqrt(9 + 1e-5) - .5;
      double low = first - second;
      double f0 = first + .5 * low;
      double f1 = second + .25 * low;
      assertThat((double) tape.features().data()[0]).isCloseTo(f0, within(1e-5));
      assertThat((double) tape.features().data()[1]).isCloseTo(f1, within(1e-5));
      assertThat((double) tape.logits().data()[0]).isCloseTo(f0 + 2 * f1 + .5, within(1e-5));
      assertThat((double) tape.logits().data()[1]).isCloseTo(3 * f0 + 4 * f1 - 1, within(1e-5));
    }
  }

  @Test
  void shouldKeepLogitsAndFeaturesOfAClosedPass() {
    try (AdaptableModel head = open()) {
      Tensor x = new Tensor(values(4 * 9, 1), 4, 9);
      Tape tape = head.forward(x, NormMode.BATCH, false);
      Tensor logits = tape.logits();
      Tensor features = tape.features();
      float[] expectedLogits = logits.data().clone();
      float[] expectedFeatures = features.data().clone();
      tape.close();
      head.forward(new Tensor(values(4 * 9, 2), 4, 9), NormMode.BATCH, false).close();
      assertThat(logits.data()).containsExactly(expectedLogits);
      assertThat(features.data()).containsExactly(expectedFeatures);
    }
  }

  @Test
  void shouldTakeAnyShapeOfAsManyFloats() {
    Path file = Heads.write(Heads.random(SHAPE, 4), folder.resolve("image.safetensors"));
    ModelSource source = new ModelSource("head", file, 1, new int[] {1, 3, 3});
    try (AdaptableModel image = new HeadProvider().open(source);
        AdaptableModel row = open();
        Tape one = image.forward(new Tensor(values(9, 1), 1, 1, 3, 3), NormMode.SOURCE, false);
        Tape other = row.forward(new Tensor(values(9, 1), 1, 9), NormMode.SOURCE, false)) {
      assertThat(one.logits()).isEqualTo(other.logits());
    }
  }
}
