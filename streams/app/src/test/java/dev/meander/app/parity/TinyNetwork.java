package dev.meander.app.parity;

import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.ScriptTensor;
import dev.meander.djl.script.TorchScriptWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The network of the golden traces, written from their initial weights: two convolutions with batch
 * norm, mean, linear.
 */
final class TinyNetwork {

  private static final String CLASSES =
      """
      class Conv(Module):
        __parameters__ = ["weight", ]
        __buffers__ = []
        weight : Tensor
        training : bool
        stride : int
        def forward(self: __torch__.Conv,
          x: Tensor) -> Tensor:
          s = self.stride
          return torch.conv2d(x, self.weight, None, [s, s], [1, 1], [1, 1], 1)
      class BatchNorm2d(Module):
        __parameters__ = ["weight", "bias", ]
        __buffers__ = ["running_mean", "running_var", "num_batches_tracked", ]
        weight : Tensor
        bias : Tensor
        running_mean : Tensor
        running_var : Tensor
        num_batches_tracked : Tensor
        training : bool
        def forward(self: __torch__.BatchNorm2d,
          input: Tensor) -> Tensor:
          return torch.batch_norm(input, self.weight, self.bias, self.running_mean, self.running_var, self.training, 0.1, 1.0000000000000001e-05, True)
      class Linear(Module):
        __parameters__ = ["weight", "bias", ]
        __buffers__ = []
        weight : Tensor
        bias : Tensor
        training : bool
        def forward(self: __torch__.Linear,
          input: Tensor) -> Tensor:
          return torch.linear(input, self.weight, self.bias)
      class Tiny(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        conv1 : __torch__.Conv
        bn1 : __torch__.BatchNorm2d
        conv2 : __torch__.Conv
        bn2 : __torch__.BatchNorm2d
        fc : __torch__.Linear
        def forward(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          fc = self.fc
          return (fc).forward((self).features(x, ), )
        def features(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          x0 = torch.relu((self.bn1).forward((self.conv1).forward(x, ), ))
          x1 = torch.relu((self.bn2).forward((self.conv2).forward(x0, ), ))
          return torch.mean(x1, [2, 3])
        def head(self: __torch__.Tiny,
          f: Tensor) -> Tensor:
          fc = self.fc
          return (fc).forward(f, )
      """;

  private TinyNetwork() {}

  /**
   * Writes it.
   *
   * @param weights floats of a parameter or running statistic by its name
   */
  static void write(Path file, Function<String, float[]> weights) throws IOException {
    ScriptModule root =
        new ScriptModule("Tiny")
            .with("conv1", conv(weights, "conv1", 8, 3, 1))
            .with("bn1", norm(weights, "bn1", 8))
            .with("conv2", conv(weights, "conv2", 16, 8, 2))
            .with("bn2", norm(weights, "bn2", 16))
            .with(
                "fc",
                new ScriptModule("Linear")
                    .with("weight", ScriptTensor.parameter(weights.apply("fc.weight"), 10, 16))
                    .with("bias", ScriptTensor.parameter(weights.apply("fc.bias"), 10)));
    TorchScriptWriter.write(file, root, CLASSES);
  }

  private static ScriptModule conv(
      Function<String, float[]> weights, String name, int out, int in, long stride) {
    return new ScriptModule("Conv")
        .with("weight", ScriptTensor.parameter(weights.apply(name + ".weight"), out, in, 3, 3))
        .with("stride", stride);
  }

  private static ScriptModule norm(Function<String, float[]> weights, String name, int channels) {
    return new ScriptModule("BatchNorm2d")
        .with("weight", ScriptTensor.parameter(weights.apply(name + ".weight"), channels))
        .with("bias", ScriptTensor.parameter(weights.apply(name + ".bias"), channels))
        .with("running_mean", ScriptTensor.buffer(weights.apply(name + ".running_mean"), channels))
        .with("running_var", ScriptTensor.buffer(weights.apply(name + ".running_var"), channels))
        .with("num_batches_tracked", ScriptTensor.counter(0));
  }
}
