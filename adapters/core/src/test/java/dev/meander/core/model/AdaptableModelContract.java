package dev.meander.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link AdaptableModel} must do. The model under test has a batch norm. */
public abstract class AdaptableModelContract extends AdaptableModelFixture {

  private static final List<NormMode> MODES =
      List.of(
          NormMode.SOURCE,
          NormMode.BATCH,
          NormMode.blend(0.7),
          NormMode.biasedBlend(0.6),
          NormMode.RENORM);

  @Test
  void shouldSayWhatItIs() {
    ModelSpec spec = model.spec();
    List<Block> heads = blocks(Role.HEAD_WEIGHT);
    assertThat(heads).hasSize(1);
    assertThat(heads.get(0).shape()).containsExactly(spec.classes(), spec.featureWidth());
    assertThat(blocks(Role.GAIN)).isNotEmpty().hasSameSizeAs(blocks(Role.SHIFT));
    assertThat(blocks(Role.RUNNING_MEAN)).isNotEmpty().hasSameSizeAs(blocks(Role.RUNNING_VARIANCE));
  }

  @Test
  void shouldBeTheSameModelWhenOpenedAgain() {
    try (AdaptableModel again = open()) {
      assertThat(again.spec().baseSha256()).isEqualTo(model.spec().baseSha256());
      assertThat(again.spec().inventory()).isEqualTo(model.spec().inventory());
      Tensor x = batch(4, 1);
      try (Tape first = model.forward(x, NormMode.BATCH, false);
          Tape second = again.forward(x, NormMode.BATCH, false)) {
        assertThat(second.logits()).isEqualTo(first.logits());
      }
    }
  }

  @Test
  void shouldAnswerEachRow() {
    try (Tape tape = model.forward(batch(5, 1), NormMode.SOURCE, false)) {
      assertThat(tape.logits().shape()).containsExactly(5, model.spec().classes());
      assertThat(tape.features().shape()).containsExactly(5, model.spec().featureWidth());
    }
  }

  @Test
  void shouldAnswerARowAloneAsInABatchWhenSourceStatisticsNormalise() {
    Tensor x = batch(4, 2);
    try (Tape together = model.forward(x, NormMode.SOURCE, false)) {
      for (int i = 0; i < 4; i++) {
        Tensor row = Tensor.stack(List.of(x.row(i)), model.spec().inputShape());
        try (Tape alone = model.forward(row, NormMode.SOURCE, false)) {
          assertThat(alone.logits().data())
              .usingComparatorWithPrecision(1e-4f)
              .containsExactly(together.logits().row(i));
        }
      }
    }
  }

  @Test
  void shouldNotChangeAnyBlockWhenForwarding() {
    Map<String, float[]> before = readAll();
    for (NormMode mode : MODES) {
      for (boolean gradients : new boolean[] {false, true}) {
        model.forward(batch(6, 3), mode, gradients).close();
        assertUnchanged(before);
      }
    }
  }

  @Test
  void shouldNotChangeAnyBlockWhenGoingBack() {
    model.train(blocks(Role.GAIN, Role.SHIFT, Role.HEAD_WEIGHT));
    Map<String, float[]> before = readAll();
    try (Tape tape = model.forward(batch(6, 3), NormMode.BATCH, true)) {
      tape.backward(weights(6 * model.spec().classes(), 1), null);
    }
    assertUnchanged(before);
  }

  @Test
  void shouldRunOneRowWithBatchStatistics() {
    for (NormMode mode : MODES) {
      try (Tape tape = model.forward(batch(1, 4), mode, false)) {
        for (float logit : tape.logits().data()) {
          assertThat(logit).as(mode.toString()).isFinite();
        }
      }
    }
  }

  @Test
  void shouldGiveTheValuesOfTheSourceWhenRenormalised() {
    Tensor x = batch(6, 5);
    try (Tape source = model.forward(x, NormMode.SOURCE, false);
        Tape batch = model.forward(x, NormMode.BATCH, false);
        Tape renormalised = model.forward(x, NormMode.RENORM, false)) {
      assertThat(renormalised.logits().data())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(source.logits().data());
      for (Block block : blocks(Role.RUNNING_MEAN, Role.RUNNING_VARIANCE)) {
        if (!block.equals(blocks(block.role()).get(0))) {
          continue; // deeper layers see other inputs
        }
        float[] expected = new float[block.size()];
        float[] found = new float[block.size()];
        batch.statistic(block, expected);
        renormalised.statistic(block, found);
        assertThat(found).usingComparatorWithPrecision(1e-4f).containsExactly(expected);
      }
    }
  }

  @Test
  void shouldReadWhatWasWrittenAndKeepTheBase() {
    for (Block block : model.spec().inventory().blocks()) {
      float[] base = read(block);
      float[] written = weights(block.size(), block.name().hashCode());
      model.write(block, written);
      assertThat(read(block)).as(block.name()).isEqualTo(written);
      float[] readBase = new float[block.size()];
      model.readBase(block, readBase);
      assertThat(readBase).as(block.name()).isEqualTo(base);
    }
  }

  @Test
  void shouldAnswerWithWrittenBlocksAndComeBackBitwise() {
    Tensor x = batch(4, 5);
    Block gain = blocks(Role.GAIN).get(0);
    float[] original = read(gain);
    float[] changed = original.clone();
    changed[0] += 0.5f;
    try (Tape before = model.forward(x, NormMode.SOURCE, false)) {
      model.write(gain, changed);
      try (Tape between = model.forward(x, NormMode.SOURCE, false)) {
        assertThat(between.logits()).isNotEqualTo(before.logits());
      }
      model.write(gain, original);
      try (Tape after = model.forward(x, NormMode.SOURCE, false)) {
        assertThat(after.logits()).isEqualTo(before.logits());
      }
    }
  }

  @Test
  void shouldRefuseBlocksThatAreNotItsOwn() {
    Block gain = blocks(Role.GAIN).get(0);
    Block unknown = new Block("no.such", Role.WEIGHT, 3);
    Block other = new Block(gain.name(), Role.GAIN, gain.size() + 1);
    assertThatThrownBy(() -> model.read(unknown, new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a block of the model, found no.such[3] WEIGHT");
    assertThatThrownBy(() -> model.write(other, new float[gain.size() + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a block of the model, found " + other);
    assertThatThrownBy(() -> model.readBase(gain, new float[gain.size() + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected " + gain.size() + " floats for " + gain.name() + ", found " + other.size());
  }

  @Test
  void shouldRefuseAnotherInputShape() {
    int[] shape = model.spec().inputShape();
    String expected = Arrays.toString(shape).substring(1);
    assertThatThrownBy(() -> model.forward(new Tensor(new float[6], 2, 3), NormMode.SOURCE, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected input [b, " + expected + ", found [2, 3]");
    int[] empty = new int[shape.length + 1];
    System.arraycopy(shape, 0, empty, 1, shape.length);
    assertThatThrownBy(() -> model.forward(new Tensor(new float[0], empty), NormMode.SOURCE, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected input [b, ");
  }

  @Test
  void shouldPullTheGradientBackWhenComparedWithDifferences() {
    for (NormMode mode : MODES) {
      if (mode.equals(NormMode.RENORM)) {
        continue; // its gradient is that of another function, by definition
      }
      List<Block> trained = blocks(Role.GAIN, Role.SHIFT, Role.HEAD_WEIGHT, Role.HEAD_BIAS);
      model.train(trained);
      Tensor x = batch(6, 7);
      float[] dLogits = weights(6 * model.spec().classes(), 8);
      float[] dFeatures = weights(6 * model.spec().featureWidth(), 9);
      try (Tape tape = model.forward(x, mode, true)) {
        tape.backward(dLogits, dFeatures);
        for (Block block : trained) {
          float[] gradient = new float[block.size()];
          tape.gradient(block, gradient);
          checkAgainstDifferences(block, gradient, x, mode, dLogits, dFeatures);
        }
      }
    }
  }

  private void checkAgainstDifferences(
      Block block, float[] gradient, Tensor x, NormMode mode, float[] dLogits, float[] dFeatures) {
    float step = 2e-3f;
    float[] original = read(block);
    for (int i = 0; i < Math.min(3, block.size()); i++) {
      float[] moved = original.clone();
      moved[i] = original[i] + step;
      model.write(block, moved);
      double up = value(x, mode, dLogits, dFeatures);
      moved[i] = original[i] - step;
      model.write(block, moved);
      double down = value(x, mode, dLogits, dFeatures);
      double difference = (up - down) / (2 * step);
      assertThat((double) gradient[i])
          .as("%s[%d] in %s", block.name(), i, mode)
          .isCloseTo(difference, within(0.02 + 0.03 * Math.abs(difference)));
    }
    model.write(block, original);
  }

  private double value(Tensor x, NormMode mode, float[] dLogits, float[] dFeatures) {
    try (Tape tape = model.forward(x, mode, false)) {
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
  void shouldGiveZerosForBlocksTheLossDoesNotDependOn() {
    Block head = blocks(Role.HEAD_WEIGHT).get(0);
    Block gain = blocks(Role.GAIN).get(0);
    model.train(List.of(head, gain));
    try (Tape tape = model.forward(batch(3, 1), NormMode.SOURCE, true)) {
      tape.backward(null, weights(3 * model.spec().featureWidth(), 2));
      float[] into = weights(head.size(), 3);
      tape.gradient(head, into);
      assertThat(into).containsOnly(0f);
      float[] gains = new float[gain.size()];
      tape.gradient(gain, gains);
      assertThat(gains).isNotEqualTo(new float[gain.size()]);
    }
  }

  @Test
  void shouldNotCarryGradientsIntoTheNextPass() {
    Block gain = blocks(Role.GAIN).get(0);
    model.train(List.of(gain));
    float[] dLogits = weights(3 * model.spec().classes(), 2);
    float[][] gradients = new float[2][gain.size()];
    for (float[] gradient : gradients) {
      try (Tape tape = model.forward(batch(3, 1), NormMode.BATCH, true)) {
        tape.backward(dLogits, null);
        tape.gradient(gain, gradient);
      }
    }
    assertThat(gradients[1]).isEqualTo(gradients[0]);
  }

  @Test
  void shouldRefuseToGoBackWithoutGradientsOrTwice() {
    Block gain = blocks(Role.GAIN).get(0);
    float[] dLogits = weights(2 * model.spec().classes(), 2);
    try (Tape tape = model.forward(batch(2, 1), NormMode.SOURCE, true)) {
      assertThatThrownBy(() -> tape.backward(dLogits, null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("expected a pass with gradients and a trained block, found none");
    }
    model.train(List.of(gain));
    try (Tape tape = model.forward(batch(2, 1), NormMode.SOURCE, false)) {
      assertThatThrownBy(() -> tape.backward(dLogits, null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("expected a pass with gradients and a trained block, found none");
    }
    try (Tape tape = model.forward(batch(2, 1), NormMode.SOURCE, true)) {
      assertThatThrownBy(() -> tape.gradient(gain, new float[gain.size()]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("expected backward before gradient, found none");
      assertThatThrownBy(() -> tape.backward(null, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected dLogits or dFeatures, found neither");
      assertThatThrownBy(() -> tape.backward(new float[1], null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected " + dLogits.length + " floats for dLogits, found 1");
      tape.backward(dLogits, null);
      assertThatThrownBy(() -> tape.backward(dLogits, null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("expected one backward per pass, found a second one");
    }
  }

  @Test
  void shouldRefuseGradientsOfBlocksThatAreNotTrained() {
    Block gain = blocks(Role.GAIN).get(0);
    Block shift = blocks(Role.SHIFT).get(0);
    Block statistic = blocks(Role.RUNNING_MEAN).get(0);
    assertThatThrownBy(() -> model.train(List.of(statistic)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a trainable block, found " + statistic);
    model.train(List.of(gain));
    try (Tape tape = model.forward(batch(2, 1), NormMode.SOURCE, true)) {
      tape.backward(weights(2 * model.spec().classes(), 2), null);
      assertThatThrownBy(() -> tape.gradient(shift, new float[shift.size()]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected a trained block, found " + shift);
    }
  }

  @Test
  void shouldShowTheBatchStatisticsItNormalisedWith() {
    Tensor x = batch(64, 11);
    Map<Block, float[]> statistics = new HashMap<>();
    try (Tape batchPass = model.forward(x, NormMode.BATCH, false)) {
      for (Block block : blocks(Role.RUNNING_MEAN, Role.RUNNING_VARIANCE)) {
        float[] into = new float[block.size()];
        batchPass.statistic(block, into);
        assertThat(into).as(block.name()).isNotEqualTo(read(block));
        statistics.put(block, into);
      }
      statistics.forEach(model::write);
      // what remains is n/(n-1) in the variance: under 1 percent per layer at n >= 64
      try (Tape sourcePass = model.forward(x, NormMode.SOURCE, false)) {
        float[] expected = batchPass.logits().data();
        float[] found = sourcePass.logits().data();
        double largest = 0;
        for (float logit : expected) {
          largest = Math.max(largest, Math.abs(logit));
        }
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) found[i]).isCloseTo(expected[i], within(0.05 * largest));
        }
      }
    }
  }

  @Test
  void shouldRefuseStatisticsThatThePassDidNotCompute() {
    Block mean = blocks(Role.RUNNING_MEAN).get(0);
    Block gain = blocks(Role.GAIN).get(0);
    try (Tape tape = model.forward(batch(2, 1), NormMode.SOURCE, false)) {
      assertThatThrownBy(() -> tape.statistic(mean, new float[mean.size()]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("expected a pass with batch statistics, found one with source statistics");
    }
    try (Tape tape = model.forward(batch(2, 1), NormMode.BATCH, false)) {
      assertThatThrownBy(() -> tape.statistic(gain, new float[gain.size()]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected a running statistic, found " + gain);
    }
  }

  @Test
  void shouldCloseTwice() {
    Tape tape = model.forward(batch(2, 1), NormMode.SOURCE, false);
    tape.close();
    tape.close();
    model.close();
    model.close();
    assertThatThrownBy(() -> model.forward(batch(2, 1), NormMode.SOURCE, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected an open model, found " + model.spec().name() + " closed");
  }
}
