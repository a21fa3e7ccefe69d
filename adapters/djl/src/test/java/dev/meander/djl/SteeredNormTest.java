package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.MethodNeeds;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.ScriptTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batch norms as people write them: served as they are, and steered by definition. */
final class SteeredNormTest {

  private static final int CHANNELS = 3;
  private static final int LENGTH = 4;
  private static final int ROWS = 5;
  private static final float[] MEAN = {0.1f, -0.2f, 0.4f};
  private static final float[] VARIANCE = {0.5f, 2, 0.1f};

  /** The functions that scripted modules call, as the engine writes them. */
  private static final String FUNCTIONS =
      """
      def batch_norm(input: Tensor,
          running_mean: Optional[Tensor],
          running_var: Optional[Tensor],
          weight: Optional[Tensor]=None,
          bias: Optional[Tensor]=None,
          training: bool=False,
          momentum: float=0.1,
          eps: float=1.0000000000000001e-05) -> Tensor:
        _2 = torch.batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, True)
        return _2
      """;

  private static final String NET =
      """
      class Net(Module):
        __parameters__ = []
        __buffers__ = ["mu", "sigma", ]
        mu : Tensor
        sigma : Tensor
        training : bool
        fc : __torch__.Linear
        def forward(self: __torch__.Net,
          x: Tensor) -> Tensor:
      BODY    fc = self.fc
          return (fc).forward(torch.flatten(y, 1), )
      """;

  private static String net(String body) {
    return FUNCTIONS + Networks.LINEAR + NET.replace("BODY", body);
  }

  private static AdaptableModel open(Path folder, String body) {
    int width = CHANNELS * LENGTH;
    float[] head = Networks.random(new SplittableRandom(1), 2 * width, -1, 1);
    ScriptModule root =
        new ScriptModule("Net")
            .with("mu", ScriptTensor.buffer(MEAN, CHANNELS))
            .with("sigma", ScriptTensor.buffer(VARIANCE, CHANNELS))
            .with("fc", Networks.linear(head, new float[2], 2, width));
    Path file = Networks.write(folder.resolve("net.pt"), root, net(body));
    return TorchModel.open(Networks.source(file, CHANNELS, LENGTH));
  }

  private static Tensor inputs() {
    float[] data = Networks.random(new SplittableRandom(7), ROWS * CHANNELS * LENGTH, -1, 2);
    return new Tensor(data, ROWS, CHANNELS, LENGTH);
  }

  /** The values of a channel normalised by definition; its mean and unbiased variance. */
  private record Normalised(double[][] values, double[] means, double[] variances) {
    static Normalised of(double[][] x, double share) {
      double[][] values = new double[CHANNELS][];
      double[] means = new double[CHANNELS];
      double[] variances = new double[CHANNELS];
      for (int c = 0; c < CHANNELS; c++) {
        int n = x[c].length;
        double mean = 0;
        for (double value : x[c]) {
          mean += value / n;
        }
        double squares = 0;
        for (double value : x[c]) {
          squares += (value - mean) * (value - mean);
        }
        means[c] = mean;
        variances[c] = squares / (n - 1);
        double usedMean = share * MEAN[c] + (1 - share) * mean;
        double batch = share == 0 ? squares / n : squares / (n - 1);
        double usedVariance = share * VARIANCE[c] + (1 - share) * batch;
        values[c] = new double[n];
        for (int i = 0; i < n; i++) {
          values[c][i] = (x[c][i] - usedMean) / Math.sqrt(usedVariance + 1e-5);
        }
      }
      return new Normalised(values, means, variances);
    }
  }

  private static double[][] channels(Tensor x) {
    double[][] channels = new double[CHANNELS][ROWS * LENGTH];
    for (int i = 0; i < x.data().length; i++) {
      int row = i / (CHANNELS * LENGTH);
      channels[i / LENGTH % CHANNELS][row * LENGTH + i % LENGTH] = x.data()[i];
    }
    return channels;
  }

  private static double relu(double value) {
    return Math.max(0, value);
  }

  private static void assertFeatures(Tape tape, double[][] expected, boolean activated) {
    double[][] found = channels(tape.features());
    for (int c = 0; c < CHANNELS; c++) {
      for (int i = 0; i < expected[c].length; i++) {
        double wanted = activated ? relu(expected[c][i]) : expected[c][i];
        assertThat(found[c][i]).isCloseTo(wanted, within(3e-5));
      }
    }
  }

  private static void assertStatistic(Tape tape, String name, Role role, double[] expected) {
    float[] found = new float[CHANNELS];
    tape.statistic(new Block(name, role, CHANNELS), found);
    for (int c = 0; c < CHANNELS; c++) {
      assertThat((double) found[c]).as(name).isCloseTo(expected[c], within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // traced, in the model's own forward, statistics of any name
        "    s = self.sigma\n    m = self.mu\n    y = torch.relu(torch.batch_norm(x, None, None, m,"
            + " s, False, 0.1, 1.0000000000000001e-05, True))\n",
        // scripted, by a function
        "    _0 = __torch__.batch_norm\n    t = self.training\n    y0 = _0(x, self.mu, self.sigma,"
            + " None, None, t, 0.1, 1.0000000000000001e-05, )\n    y = torch.relu(y0)\n",
        // statistics by way of a condition
        "    t = self.training\n    if torch.__not__(t):\n      _3 = self.mu\n    else:\n      _3 ="
            + " self.mu\n    y ="
            + " torch.relu(__torch__.batch_norm(x, _3, self.sigma, None, None, False, 0.,"
            + " 1.0000000000000001e-05, ))\n",
        // over another axis
        "    x0 = torch.transpose(x, 1, 2)\n    y0 = torch.batch_norm(torch.transpose(x0, 1, 2),"
            + " None, None, self.mu, self.sigma, False, 0.1, 1.0000000000000001e-05, True)\n"
            + "    y = torch.transpose(torch.relu(torch.transpose(y0, 1, 2)), 1, 2)\n"
      })
  void shouldSteerTheCallAndKeepWhatSurroundsIt(String body, @TempDir Path folder) {
    try (AdaptableModel model = open(folder, body)) {
      assertThat(model.spec().fixedNorms()).isEmpty();
      for (double share : new double[] {1, 0, 0.25}) {
        Normalised expected = Normalised.of(channels(inputs()), share);
        try (Tape tape = model.forward(inputs(), new NormMode(share), false)) {
          assertFeatures(tape, expected.values(), true);
          if (share < 1) {
            assertStatistic(tape, "mu", Role.RUNNING_MEAN, expected.means());
            assertStatistic(tape, "sigma", Role.RUNNING_VARIANCE, expected.variances());
          }
        }
      }
    }
  }

  @Test
  void shouldBlendEachCallWithTheSourceWhenALayerIsCalledTwice(@TempDir Path folder) {
    String call =
        "torch.batch_norm(%s, None, None, self.mu, self.sigma, False, 0.1,"
            + " 1.0000000000000001e-05, True)\n";
    String body = "    x0 = " + call.formatted("x") + "    y = " + call.formatted("x0");
    try (AdaptableModel model = open(folder, body)) {
      for (double share : new double[] {1, 0, 0.25}) {
        Normalised first = Normalised.of(channels(inputs()), share);
        Normalised second = Normalised.of(first.values(), share);
        try (Tape tape = model.forward(inputs(), new NormMode(share), false)) {
          assertFeatures(tape, second.values(), false);
          if (share < 1) {
            double[] means = new double[CHANNELS];
            for (int c = 0; c < CHANNELS; c++) {
              means[c] = (first.means()[c] + second.means()[c]) / 2;
            }
            assertStatistic(tape, "mu", Role.RUNNING_MEAN, means);
          }
        }
      }
    }
  }

  @Test
  void shouldNameANormThatCannotBeSteeredAndServeItAsItIs(@TempDir Path folder) {
    String body =
        "    y, _1, _2 = torch.native_batch_norm(x, None, None, self.mu, self.sigma, False, 0.1,"
            + " 1.0000000000000001e-05)\n";
    try (AdaptableModel model = open(folder, body)) {
      assertThat(model.spec().fixedNorms())
          .containsExactly("the model itself (calls torch.native_batch_norm)");
      Normalised expected = Normalised.of(channels(inputs()), 1);
      try (Tape source = model.forward(inputs(), NormMode.SOURCE, false);
          Tape batch = model.forward(inputs(), NormMode.BATCH, false)) {
        assertFeatures(source, expected.values(), false);
        assertThat(batch.logits()).isEqualTo(source.logits());
      }
      List<String> fitting = MethodNeeds.fitting(model.spec());
      assertThat(fitting).contains("source", "lame", "t3a").doesNotContain("bn-1", "tent", "cotta");
      assertThat(MethodNeeds.problems(MethodConfig.named("bn-1"), model.spec()))
          .containsExactly(
              "method bn-1: expected a model with batch norms whose statistics can be set, found"
                  + " none among 2 blocks, and some that stay as they are: the model itself (calls"
                  + " torch.native_batch_norm); torch.nn.BatchNorm layers with running statistics"
                  + " have them; this model fits "
                  + String.join(", ", fitting));
    }
  }

  @Test
  void shouldRefuseAModelWhoseRowsDependOnTheirNeighbours(@TempDir Path folder) {
    String body =
        "    y = torch.batch_norm(x, None, None, None, None, True, 0.1,"
            + " 1.0000000000000001e-05, True)\n";
    assertThatThrownBy(() -> open(folder, body).close())
        .isInstanceOf(ModelRefusedException.class)
        .hasMessageStartingWith(
            "expected the same answer to a row alone and among others, found logits that differ by")
        .hasMessageEndingWith(
            " from "
                + folder.resolve("net.pt")
                + " with the batch norms the model itself (it always normalises with its own"
                + " batch); export after model.eval(), with batch norms that keep running"
                + " statistics (track_running_stats=True)");
  }
}
