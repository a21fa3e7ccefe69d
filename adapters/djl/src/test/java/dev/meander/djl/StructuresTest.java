package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import dev.meander.djl.Structures.Structure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks as people write them: served as they are, features and head found, gradients right. */
final class StructuresTest {

  private static final int ROWS = 4;
  private static final float STEP = 1e-2f;

  /** Models whose forward the engine cannot call, or whose result it cannot read, as they are. */
  private static final Set<String> CALLED_OTHERWISE = Set.of("OptionalNet", "GoogLeNet");

  static List<Structure> structures() {
    return Structures.all();
  }

  private static Tensor inputs(Structure structure) {
    int[] shape = new int[structure.input().length + 1];
    shape[0] = ROWS;
    System.arraycopy(structure.input(), 0, shape, 1, structure.input().length);
    int size = 1;
    for (int each : shape) {
      size *= each;
    }
    return new Tensor(Networks.random(new SplittableRandom(11), size, -1, 2), shape);
  }

  /** Logits of the file as it is, without anything of ours. */
  private static Tensor untouched(Path file, Tensor x) {
    try (TorchModule module = new TorchModule(file);
        EngineGate.Passage inside = EngineGate.process().enter();
        PtNDManager scope = module.newScope()) {
      NDList results = module.run("forward", scope, x, false);
      NDArray logits = results.get("logits");
      return TorchModule.tensor(logits == null ? results.get(0) : logits);
    }
  }

  private static List<Block> blocks(AdaptableModel model, Role... roles) {
    return model.spec().inventory().blocks().stream()
        .filter(block -> List.of(roles).contains(block.role()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("structures")
  void shouldServeAsItIsAndFindFeaturesAndHead(Structure structure, @TempDir Path folder) {
    Path file = structure.model().write(folder.resolve("model.pt"), structure.before());
    ModelSource source = Networks.source(file, structure.input());
    Tensor x = inputs(structure);
    try (AdaptableModel model = TorchModel.open(source);
        AdapterSlot slot = new TorchProvider().openSlot(source, new LineageId("net", "global"));
        Tape tape = model.forward(x, NormMode.SOURCE, false)) {
      assertThat(slot.predict(x).logits()).isEqualTo(tape.logits());
      if (!CALLED_OTHERWISE.contains(structure.name())) {
        assertClose(tape.logits(), untouched(file, x));
      }
      assertThat(tape.logits().shape()).containsExactly(ROWS, Structures.CLASSES);
      assertThat(tape.features().shape()).containsExactly(ROWS, structure.features());
      assertThat(model.spec().featureWidth()).isEqualTo(structure.features());
      assertThat(model.spec().fixedNorms()).isEmpty();
      assertThat(blocks(model, Role.RUNNING_MEAN)).hasSize(structure.norms());
      assertThat(blocks(model, Role.RUNNING_VARIANCE)).hasSize(structure.norms());
      assertThat(blocks(model, Role.GAIN, Role.SHIFT)).hasSize(structure.gains());
      assertThat(blocks(model, Role.HEAD_WEIGHT)).hasSize(structure.head() ? 1 : 0);
      if (structure.head()) {
        assertClose(product(model, tape.features()), tape.logits());
      }
    }
  }

  private static void assertClose(Tensor found, Tensor expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.data().length; i++) {
      assertThat((double) found.data()[i]).isCloseTo(expected.data()[i], within(1e-5));
    }
  }

  /** What the head makes of features. */
  private static Tensor product(AdaptableModel model, Tensor features) {
    float[] weight = new float[Structures.CLASSES * features.rowSize()];
    model.read(blocks(model, Role.HEAD_WEIGHT).get(0), weight);
    float[] bias = new float[Structures.CLASSES];
    model.read(blocks(model, Role.HEAD_BIAS).get(0), bias);
    float[] logits = new float[ROWS * Structures.CLASSES];
    for (int i = 0; i < logits.length; i++) {
      int row = i / Structures.CLASSES;
      int c = i % Structures.CLASSES;
      double sum = bias[c];
      for (int j = 0; j < features.rowSize(); j++) {
        sum += (double) weight[c * features.rowSize() + j] * features.row(row)[j];
      }
      logits[i] = (float) sum;
    }
    return new Tensor(logits, ROWS, Structures.CLASSES);
  }

  /** Directional derivatives along all gains and shifts, and along all weights, by differences. */
  @ParameterizedTest
  @MethodSource("structures")
  void shouldHaveTheGradientsOfFiniteDifferences(Structure structure, @TempDir Path folder) {
    Path file = structure.model().write(folder.resolve("model.pt"), structure.before());
    Tensor x = inputs(structure);
    try (AdaptableModel model = TorchModel.open(Networks.source(file, structure.input()))) {
      List<Block> trained =
          structure.gains() > 0
              ? blocks(model, Role.GAIN, Role.SHIFT)
              : blocks(model, Role.WEIGHT, Role.HEAD_WEIGHT);
      for (NormMode mode : List.of(NormMode.BATCH, NormMode.SOURCE)) {
        assertGradient(structure, model, trained, x, mode);
      }
    }
  }

  private static void assertGradient(
      Structure structure, AdaptableModel model, List<Block> trained, Tensor x, NormMode mode) {
    SplittableRandom random = new SplittableRandom(5);
    float[] dLogits = Networks.random(random, ROWS * Structures.CLASSES, -1, 1);
    float[] dFeatures =
        structure.features() == 0
            ? null
            : Networks.random(random, ROWS * structure.features(), -1, 1);
    model.train(trained);
    double gradient = 0;
    List<float[]> before = new ArrayList<>();
    List<float[]> direction = new ArrayList<>();
    try (Tape tape = model.forward(x, mode, true)) {
      tape.backward(dLogits, dFeatures);
      for (Block block : trained) {
        float[] values = new float[block.size()];
        model.read(block, values);
        before.add(values);
        float[] towards = Networks.random(random, block.size(), -1, 1);
        direction.add(towards);
        float[] slope = new float[block.size()];
        tape.gradient(block, slope);
        for (int i = 0; i < slope.length; i++) {
          gradient += (double) slope[i] * towards[i];
        }
      }
    }
    double up = loss(model, trained, before, direction, STEP, x, mode, dLogits, dFeatures);
    double down = loss(model, trained, before, direction, -STEP, x, mode, dLogits, dFeatures);
    loss(model, trained, before, direction, 0, x, mode, dLogits, dFeatures);
    double expected = (up - down) / (2 * STEP);
    assertThat(Math.abs(expected)).as("%s moves the loss", mode).isGreaterThan(1e-2);
    assertThat(gradient)
        .as("%s", mode)
        .isCloseTo(expected, within(0.02 + 0.03 * Math.abs(expected)));
  }

  private static double loss(
      AdaptableModel model,
      List<Block> trained,
      List<float[]> before,
      List<float[]> direction,
      float step,
      Tensor x,
      NormMode mode,
      float[] dLogits,
      float @Nullable [] dFeatures) {
    for (int b = 0; b < trained.size(); b++) {
      float[] moved = before.get(b).clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += step * direction.get(b)[i];
      }
      model.write(trained.get(b), moved);
    }
    double loss = 0;
    try (Tape tape = model.forward(x, mode, false)) {
      for (int i = 0; i < dLogits.length; i++) {
        loss += (double) dLogits[i] * tape.logits().data()[i];
      }
      for (int i = 0; dFeatures != null && i < dFeatures.length; i++) {
        loss += (double) dFeatures[i] * tape.features().data()[i];
      }
    }
    return loss;
  }
}
