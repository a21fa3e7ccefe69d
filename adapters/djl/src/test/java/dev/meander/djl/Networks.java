package dev.meander.djl;

import dev.meander.core.model.ModelSource;
import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.ScriptTensor;
import dev.meander.djl.script.TorchScriptWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/** Small networks written as TorchScript archives, in the ways in which users export theirs. */
final class Networks {

  static final int[] TINY_INPUT = {3, 16, 16};
  static final int CLASSES = 10;

  static final String CONV =
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
      """;

  /** As torch.jit.trace writes it: the training flag is burnt in. */
  static final String BATCH_NORM =
      """
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
          argument_1: Tensor) -> Tensor:
          running_var = self.running_var
          running_mean = self.running_mean
          bias = self.bias
          weight = self.weight
          input = torch.batch_norm(argument_1, weight, bias, running_mean, running_var, False, 0.10000000000000001, 1.0000000000000001e-05, True)
          return input
      """;

  static final String LINEAR =
      """
      class Linear(Module):
        __parameters__ = ["weight", "bias", ]
        __buffers__ = []
        weight : Tensor
        bias : Tensor
        training : bool
        def forward(self: __torch__.Linear,
          input: Tensor) -> Tensor:
          return torch.linear(input, self.weight, self.bias)
      """;

  private static final String TINY =
      CONV
          + BATCH_NORM
          + LINEAR
          + """
          class Tiny(Module):
            __parameters__ = []
            __buffers__ = []
            training : bool
            conv1 : __torch__.Conv
            bn1 : __torch__.BatchNorm2d
            conv2 : __torch__.Conv
            bn2 : __torch__.BatchNorm2d
            fc : __torch__.Linear
          """;

  /** Exported methods, as torch.jit.script writes them. */
  static final String SCRIPTED =
      """
        def forward(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          fc = self.fc
          _0 = (fc).forward((self).features(x, ), )
          return _0
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

  /** Only forward, as torch.jit.trace writes it. */
  static final String TRACED =
      """
        def forward(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          fc = self.fc
          bn2 = self.bn2
          conv2 = self.conv2
          bn1 = self.bn1
          conv1 = self.conv1
          _0 = (bn1).forward((conv1).forward(x, ), )
          input = torch.relu(_0)
          _1 = (bn2).forward((conv2).forward(input, ), )
          return (fc).forward(torch.mean(torch.relu(_1), [2, 3]), )
      """;

  /** A forward that hands over to another method, and a result with a name. */
  static final String HANDED_OVER =
      """
        def forward(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          _0 = (self)._forward_impl(x, )
          return _0
        def _forward_impl(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          x0 = torch.relu((self.bn1).forward((self.conv1).forward(x, ), ))
          x1 = torch.relu((self.bn2).forward((self.conv2).forward(x0, ), ))
          fc = self.fc
          x2 = torch.flatten(torch.mean(x1, [2, 3], True), 1)
          _1 = (fc).forward(x2, )
          return _1
      """;

  /** Features by a view of the feature map, which needs the memory order of the shape. */
  static final String VIEWED =
      """
        def forward(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          fc = self.fc
          _0 = (fc).forward((self).features(x, ), )
          return _0
        def features(self: __torch__.Tiny,
          x: Tensor) -> Tensor:
          x0 = torch.relu((self.bn1).forward((self.conv1).forward(x, ), ))
          x1 = torch.relu((self.bn2).forward((self.conv2).forward(x0, ), ))
          flat = torch.view(x1, [torch.size(x1, 0), -1])
          return torch.mean(torch.view(flat, [torch.size(x1, 0), 16, -1]), [2])
        def head(self: __torch__.Tiny,
          f: Tensor) -> Tensor:
          fc = self.fc
          return (fc).forward(f, )
      """;

  private Networks() {}

  static ModelSource source(Path file, int... inputShape) {
    return new ModelSource("tiny", file, 1, inputShape);
  }

  /** Two convolutions with batch norm, mean, linear: the network of the golden traces. */
  static Path tiny(Path file, String methods, Map<String, float[]> weights) {
    return write(file, tinyRoot(weights), tinyClasses(methods));
  }

  static String tinyClasses(String methods) {
    return TINY + methods;
  }

  static ScriptModule tinyRoot(Map<String, float[]> weights) {
    return tinyRoot(conv(floats(weights, "conv1.weight"), 8, 3, 1), weights);
  }

  static ScriptModule tinyRoot(ScriptModule conv1, Map<String, float[]> weights) {
    return new ScriptModule("Tiny")
        .with("conv1", conv1)
        .with("bn1", batchNorm("BatchNorm2d", "bn1", 8, weights))
        .with("conv2", conv(floats(weights, "conv2.weight"), 16, 8, 2))
        .with("bn2", batchNorm("BatchNorm2d", "bn2", 16, weights))
        .with("fc", linear(floats(weights, "fc.weight"), floats(weights, "fc.bias"), CLASSES, 16));
  }

  static Path write(Path file, ScriptModule root, String classes) {
    try {
      return TorchScriptWriter.write(file, root, classes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Random weights of {@link #tiny}; positive running variances. */
  static Map<String, float[]> tinyWeights(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Map.ofEntries(
        Map.entry("conv1.weight", random(random, 8 * 27, -0.3, 0.3)),
        Map.entry("bn1.weight", random(random, 8, 0.5, 1.5)),
        Map.entry("bn1.bias", random(random, 8, -0.5, 0.5)),
        Map.entry("bn1.running_mean", random(random, 8, -0.2, 0.2)),
        Map.entry("bn1.running_var", random(random, 8, 0.1, 0.5)),
        Map.entry("conv2.weight", random(random, 16 * 72, -0.2, 0.2)),
        Map.entry("bn2.weight", random(random, 16, 0.5, 1.5)),
        Map.entry("bn2.bias", random(random, 16, -0.5, 0.5)),
        Map.entry("bn2.running_mean", random(random, 16, -0.2, 0.2)),
        Map.entry("bn2.running_var", random(random, 16, 0.1, 0.5)),
        Map.entry("fc.weight", random(random, 160, -1, 1)),
        Map.entry("fc.bias", random(random, 10, -0.1, 0.1)));
  }

  static float[] random(SplittableRandom random, int count, double from, double to) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }

  static ScriptModule conv(float[] weight, int out, int in, long stride) {
    return new ScriptModule("Conv")
        .with("weight", ScriptTensor.parameter(weight, out, in, 3, 3))
        .with("stride", stride);
  }

  static ScriptModule batchNorm(
      String className, String path, int channels, Map<String, float[]> weights) {
    return new ScriptModule(className)
        .with("weight", ScriptTensor.parameter(floats(weights, path + ".weight"), channels))
        .with("bias", ScriptTensor.parameter(floats(weights, path + ".bias"), channels))
        .with(
            "running_mean", ScriptTensor.buffer(floats(weights, path + ".running_mean"), channels))
        .with("running_var", ScriptTensor.buffer(floats(weights, path + ".running_var"), channels))
        .with("num_batches_tracked", ScriptTensor.counter(5));
  }

  static ScriptModule linear(float[] weight, float[] bias, int out, int in) {
    return new ScriptModule("Linear")
        .with("weight", ScriptTensor.parameter(weight, out, in))
        .with("bias", ScriptTensor.parameter(bias, out));
  }

  private static float[] floats(Map<String, float[]> weights, String name) {
    float[] floats = weights.get(name);
    if (floats == null) {
      throw new IllegalArgumentException("expected weights of " + name + ", found none");
    }
    return floats;
  }

  static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }
}
