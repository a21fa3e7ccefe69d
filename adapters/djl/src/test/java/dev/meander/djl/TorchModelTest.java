package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.jni.JniUtils;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdaptableModelContract;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port's contract, for every way in which a file gives features beside logits. */
final class TorchModelTest {

  private static final int LEAK_STEPS = 10_000;

  @TempDir
  @SuppressWarnings("NullAway") // set by the test engine
  private static Path folder;

  private static TorchModel openTiny(String methods) {
    Path file = Networks.tiny(folder.resolve("tiny.pt"), methods, Networks.tinyWeights(3));
    return TorchModel.open(Networks.source(file, Networks.TINY_INPUT));
  }

  private static Tensor batch(int rows, long seed) {
    float[] data = Networks.random(new SplittableRandom(seed), rows * 3 * 16 * 16, 0, 1);
    return new Tensor(data, rows, 3, 16, 16);
  }

  private static List<Block> normAffine(AdaptableModel model) {
    return model.spec().inventory().blocks().stream()
        .filter(block -> block.role().isNormAffine())
        .toList();
  }

  @Nested
  final class Scripted extends AdaptableModelContract {
    @Override
    protected AdaptableModel open() {
      return openTiny(Networks.SCRIPTED);
    }
  }

  @Nested
  final class Traced extends AdaptableModelContract {
    @Override
    protected AdaptableModel open() {
      return openTiny(Networks.TRACED);
    }
  }

  @Nested
  final class HandedOver extends AdaptableModelContract {
    @Override
    protected AdaptableModel open() {
      return openTiny(Networks.HANDED_OVER);
    }
  }

  @Nested
  final class Viewed extends AdaptableModelContract {
    @Override
    protected AdaptableModel open() {
      return openTiny(Networks.VIEWED);
    }
  }

  @Test
  void shouldKeepTheOrderOfTheShapeWhenAModelViewsItsMemory() {
    Tensor x = batch(4, 1);
    try (TorchModel viewed = openTiny(Networks.VIEWED)) {
      assertThat(viewed.order()).isEqualTo(MemoryOrder.AS_SHAPED);
      try (TorchModel model = openTiny(Networks.SCRIPTED)) {
        assertThat(model.order()).isEqualTo(MemoryOrder.CHANNELS_LAST);
        assertThat(logits(model, x)).containsExactly(logits(viewed, x), within(1e-5f));
      }
    }
  }

  @Test
  void shouldKeepTheOrderOfTheShapeWhenAsked() {
    Path file =
        Networks.tiny(folder.resolve("asked.pt"), Networks.SCRIPTED, Networks.tinyWeights(3));
    try (TorchModel model =
        TorchModel.open(Networks.source(file, Networks.TINY_INPUT).inOrderOfShape())) {
      assertThat(model.order()).isEqualTo(MemoryOrder.AS_SHAPED);
      assertThat(model.spec().engine()).isEqualTo("pytorch 2.7.1 (djl 0.36.0, as shaped)");
    }
  }

  private static float[] logits(AdaptableModel model, Tensor x) {
    try (Tape tape = model.forward(x, NormMode.SOURCE, false)) {
      return tape.logits().data();
    }
  }

  @Test
  void shouldTellTheRolesOfBlocksApart() {
    try (AdaptableModel model = openTiny(Networks.TRACED)) {
      assertThat(model.spec().inventory().blocks())
          .containsExactly(
              new Block("bn1.bias", Role.SHIFT, 8),
              new Block("bn1.running_mean", Role.RUNNING_MEAN, 8),
              new Block("bn1.running_var", Role.RUNNING_VARIANCE, 8),
              new Block("bn1.weight", Role.GAIN, 8),
              new Block("bn2.bias", Role.SHIFT, 16),
              new Block("bn2.running_mean", Role.RUNNING_MEAN, 16),
              new Block("bn2.running_var", Role.RUNNING_VARIANCE, 16),
              new Block("bn2.weight", Role.GAIN, 16),
              new Block("conv1.weight", Role.WEIGHT, 8, 3, 3, 3),
              new Block("conv2.weight", Role.WEIGHT, 16, 8, 3, 3),
              new Block("fc.bias", Role.HEAD_BIAS, 10),
              new Block("fc.weight", Role.HEAD_WEIGHT, 10, 16));
      assertThat(model.spec().engine()).isEqualTo("pytorch 2.7.1 (djl 0.36.0, channels last)");
      assertThat(model.spec().engineThreads()).isEqualTo(1);
    }
  }

  @Test
  void shouldGiveTheSameBitsFromTheFirstCallOn() {
    List<float[]> gradients = new ArrayList<>();
    for (int opening = 0; opening < 2; opening++) {
      try (TorchModel model = openTiny(Networks.SCRIPTED)) {
        model.train(normAffine(model));
        for (int call = 0; call < 5; call++) {
          gradients.add(step(model, batch(8, 1)));
          step(model, batch(3, call)); // another shape in between
        }
      }
    }
    assertThat(gradients).allSatisfy(g -> assertThat(g).isEqualTo(gradients.get(0)));
  }

  @Test
  void shouldGiveTheSameBitsInAnotherThread() {
    try (TorchModel model = openTiny(Networks.SCRIPTED)) {
      model.train(normAffine(model));
      float[] here = step(model, batch(8, 1));
      float[] there = CompletableFuture.supplyAsync(() -> step(model, batch(8, 1))).join();
      assertThat(there).isEqualTo(here);
    }
  }

  @Test
  void shouldHoldNoMoreNativeArraysAfterManySteps() {
    try (TorchModel model = openTiny(Networks.SCRIPTED)) {
      model.train(normAffine(model));
      step(model, batch(2, 1));
      int before = model.module().arraysHeld();
      for (int i = 0; i < LEAK_STEPS; i++) {
        step(model, batch(2, i));
      }
      assertThat(model.module().arraysHeld()).isEqualTo(before);
    }
  }

  @Test
  void shouldLeaveTheGradientModeOfTheThreadAsItWas() {
    try (TorchModel model = openTiny(Networks.SCRIPTED)) {
      model.train(normAffine(model));
      for (boolean before : new boolean[] {true, false}) {
        try (GradientMode outer = GradientMode.set(before)) {
          step(model, batch(2, 1));
          assertThat(JniUtils.isGradMode()).isEqualTo(before);
        }
      }
    }
  }

  /** All gradients of one step, in the order of the trained blocks. */
  private static float[] step(TorchModel model, Tensor x) {
    try (Tape tape = model.forward(x, NormMode.BATCH, true)) {
      float[] dLogits = Networks.random(new SplittableRandom(5), x.rows() * 10, -1, 1);
      float[] dFeatures = Networks.random(new SplittableRandom(6), x.rows() * 16, -1, 1);
      tape.backward(dLogits, dFeatures);
      float[] all = new float[2 * (8 + 16)];
      int at = 0;
      for (Block block : normAffine(model)) {
        float[] gradient = new float[block.size()];
        tape.gradient(block, gradient);
        System.arraycopy(gradient, 0, all, at, gradient.length);
        at += gradient.length;
      }
      return all;
    }
  }
}
