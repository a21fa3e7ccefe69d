package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.ScriptTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batch norm of any dimension against its definition; the network is one norm, flattened. */
final class NormalisationTest {

  private static final int CHANNELS = 3;
  private static final double SCALED_EPSILON = 1e-5;
  private static final double PLAIN_EPSILON = 1e-3;

  /** As torch.jit.script writes a norm without gain and shift. */
  private static final String PLAIN =
      """
      class BatchNorm2d(Module):
        __parameters__ = []
        __buffers__ = ["running_mean", "running_var", "num_batches_tracked", ]
        weight : NoneType
        bias : NoneType
        running_mean : Tensor
        running_var : Tensor
        num_batches_tracked : Tensor
        training : bool
        eps : Final[float] = 0.001
        def forward(self: __torch__.BatchNorm2d,
          x: Tensor) -> Tensor:
          training = self.training
          if training:
            num_batches_tracked = self.num_batches_tracked
            _2 = torch.add_(num_batches_tracked, 1)
          else:
            pass
          return torch.batch_norm(x, None, None, self.running_mean, self.running_var, training, 0.1, 0.001, True)
      """;

  private static final String NET =
      """
      class Net(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        norm : __torch__.BatchNorm2d
        fc : __torch__.Linear
        def forward(self: __torch__.Net,
          x: Tensor) -> Tensor:
          fc = self.fc
          return (fc).forward(torch.flatten((self.norm).forward(x, ), 1), )
      """;

  private static final Map<String, float[]> NORM =
      Map.of(
          "norm.weight", new float[] {0.5f, 1.5f, 2},
          "norm.bias", new float[] {-1, 0, 0.25f},
          "norm.running_mean", new float[] {0.1f, -0.2f, 0.4f},
          "norm.running_var", new float[] {0.5f, 2, 0.1f});

  private static AdaptableModel open(Path folder, boolean scaled, int... inputShape) {
    int width = Arrays.stream(inputShape).reduce(1, Math::multiplyExact);
    float[] head = Networks.random(new SplittableRandom(1), 2 * width, -1, 1);
    ScriptModule norm =
        scaled
            ? Networks.batchNorm("BatchNorm2d", "norm", CHANNELS, NORM)
            : new ScriptModule("BatchNorm2d")
                .withNone("weight")
                .withNone("bias")
                .with("running_mean", ScriptTensor.buffer(norm("running_mean"), CHANNELS))
                .with("running_var", ScriptTensor.buffer(norm("running_var"), CHANNELS))
                .with("num_batches_tracked", ScriptTensor.counter(0));
    ScriptModule root =
        new ScriptModule("Net")
            .with("norm", norm)
            .with("fc", Networks.linear(head, new float[2], 2, width));
    String classes = (scaled ? Networks.BATCH_NORM : PLAIN) + Networks.LINEAR + NET;
    Path file = Networks.write(folder.resolve("net.pt"), root, classes);
    return TorchModel.open(Networks.source(file, inputShape));
  }

  private static float[] norm(String attribute) {
    float[] floats = NORM.get("norm." + attribute);
    assertThat(floats).isNotNull();
    return floats == null ? new float[0] : floats;
  }

  private static int[] shape(String dimensions) {
    return dimensions.isEmpty()
        ? new int[] {CHANNELS}
        : Arrays.stream((CHANNELS + " " + dimensions).split(" "))
            .mapToInt(Integer::parseInt)
            .toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "2 3", "2 3 2"})
  void shouldNormaliseByDefinition(String positions, @TempDir Path folder) {
    for (boolean scaled : new boolean[] {true, false}) {
      try (AdaptableModel model = open(folder, scaled, shape(positions))) {
        for (double share : new double[] {1, 0, 0.9, 0.25}) {
          checkAgainstDefinition(model, scaled, share, 5);
        }
      }
    }
  }

  @Test
  void shouldUseTheRunningVarianceWhenAChannelHasOneValue(@TempDir Path folder) {
    try (AdaptableModel model = open(folder, true, CHANNELS)) {
      for (double share : new double[] {1, 0, 0.25}) {
        checkAgainstDefinition(model, true, share, 1);
      }
    }
  }

  private static void checkAgainstDefinition(
      AdaptableModel model, boolean scaled, double share, int rows) {
    int[] shape = new int[model.spec().inputShape().length + 1];
    shape[0] = rows;
    System.arraycopy(model.spec().inputShape(), 0, shape, 1, shape.length - 1);
    int width = model.spec().featureWidth();
    Tensor x = new Tensor(Networks.random(new SplittableRandom(7), rows * width, -1, 2), shape);
    NormMode mode = new NormMode(share);
    try (Tape tape = model.forward(x, mode, false)) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        double[] statistics = statistics(x, channel, width);
        double[] used = used(share, statistics, channel);
        double gain = scaled ? norm("weight")[channel] : 1;
        double shift = scaled ? norm("bias")[channel] : 0;
        double epsilon = scaled ? SCALED_EPSILON : PLAIN_EPSILON;
        for (int at = 0; at < x.data().length; at++) {
          if (at % width / (width / CHANNELS) == channel) {
            double expected =
                (x.data()[at] - used[0]) / Math.sqrt(used[1] + epsilon) * gain + shift;
            assertThat((double) tape.features().data()[at])
                .as("share %s, channel %s, value %s", share, channel, at)
                .isCloseTo(expected, within(2e-5));
          }
        }
        if (mode.usesBatch()) {
          assertStatistic(tape, Role.RUNNING_MEAN, channel, statistics[0]);
          assertStatistic(tape, Role.RUNNING_VARIANCE, channel, statistics[2]);
        }
      }
    }
  }

  /** Mean, biased and unbiased variance of a channel; the running variance for one value. */
  private static double[] statistics(Tensor x, int channel, int width) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int at = 0; at < x.data().length; at++) {
      if (at % width / (width / CHANNELS) == channel) {
        sum += x.data()[at];
        squares += (double) x.data()[at] * x.data()[at];
        count++;
      }
    }
    double mean = sum / count;
    double biased = squares / count - mean * mean;
    double unbiased = count == 1 ? norm("running_var")[channel] : biased * count / (count - 1);
    return new double[] {mean, biased, unbiased};
  }

  private static double[] used(double share, double[] statistics, int channel) {
    double mean = share * norm("running_mean")[channel] + (1 - share) * statistics[0];
    double variance =
        share == 0
            ? statistics[1]
            : share * norm("running_var")[channel] + (1 - share) * statistics[2];
    return new double[] {mean, variance};
  }

  private static void assertStatistic(Tape tape, Role role, int channel, double expected) {
    String name = role == Role.RUNNING_MEAN ? "norm.running_mean" : "norm.running_var";
    float[] into = new float[CHANNELS];
    tape.statistic(new Block(name, role, CHANNELS), into);
    assertThat((double) into[channel]).as(name).isCloseTo(expected, within(1e-5));
  }

  @Test
  void shouldNotCareAboutTheModeWhenThereAreNoBatchStatistics(@TempDir Path folder) {
    String groupNorm =
        """
        class GroupNorm(Module):
          __parameters__ = ["weight", "bias", ]
          __buffers__ = []
          weight : Tensor
          bias : Tensor
          training : bool
          def forward(self: __torch__.GroupNorm,
            x: Tensor) -> Tensor:
            return torch.group_norm(x, 1, self.weight, self.bias, 1.0000000000000001e-05, True)
        """;
    ScriptModule root =
        new ScriptModule("Net")
            .with(
                "norm",
                new ScriptModule("GroupNorm")
                    .with("weight", ScriptTensor.parameter(norm("weight"), CHANNELS))
                    .with("bias", ScriptTensor.parameter(norm("bias"), CHANNELS)))
            .with(
                "fc",
                Networks.linear(
                    Networks.random(new SplittableRandom(1), 24, -1, 1), new float[2], 2, 12));
    String classes = groupNorm + Networks.LINEAR + NET.replace("BatchNorm2d", "GroupNorm");
    Path file = Networks.write(folder.resolve("net.pt"), root, classes);
    try (AdaptableModel model = TorchModel.open(Networks.source(file, CHANNELS, 4))) {
      assertThat(model.spec().inventory().blocks())
          .extracting(Block::role)
          .containsExactly(Role.HEAD_BIAS, Role.HEAD_WEIGHT, Role.SHIFT, Role.GAIN);
      Tensor x = new Tensor(Networks.random(new SplittableRandom(3), 24, -1, 1), 2, CHANNELS, 4);
      model.train(List.of(new Block("norm.weight", Role.GAIN, CHANNELS)));
      try (Tape source = model.forward(x, NormMode.SOURCE, false);
          Tape batch = model.forward(x, NormMode.BATCH, true)) {
        assertThat(batch.logits()).isEqualTo(source.logits());
        batch.backward(new float[] {1, 0, 0, 1}, null);
        float[] gradient = new float[CHANNELS];
        batch.gradient(new Block("norm.weight", Role.GAIN, CHANNELS), gradient);
        assertThat(gradient).doesNotContain(0f);
      }
    }
  }
}
