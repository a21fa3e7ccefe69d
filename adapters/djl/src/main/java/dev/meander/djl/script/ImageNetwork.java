package dev.meander.djl.script;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A small residual network for images {@code [b, 3, 32, 32]} with floats of 0 to 1, after He et
 * al., "Deep Residual Learning for Image Recognition" (CVPR 2016): a 3x3 convolution to 16
 * channels, one basic block of 16, 32 and 64 channels each (stride 2 at the second and third, with
 * a 1x1 projection as shortcut), batch norm after every convolution, mean over positions, one
 * linear layer. About 78,000 parameters for 10 classes.
 *
 * <p>The input is normalised inside, by the buffers {@code input_mean} and {@code input_std}. The
 * archive exports {@code forward(x) -> [b, classes]}, {@code features(x) -> [b, 64]} and {@code
 * head(features) -> [b, classes]}.
 */
public final class ImageNetwork {

  /** Shape of one input. */
  public static final int CHANNELS = 3;

  public static final int SIDE = 32;

  /** Width of the features. */
  public static final int FEATURES = 64;

  private static final int[] STAGE_CHANNELS = {16, 32, 64};
  private static final float INPUT_MEAN = 0.5f;
  private static final float INPUT_DEVIATION = 0.25f;

  private static final String CLASSES =
      """
      class Conv(Module):
        __parameters__ = ["weight", ]
        __buffers__ = []
        weight : Tensor
        training : bool
        stride : int
        padding : int
        def forward(self: __torch__.Conv,
          x: Tensor) -> Tensor:
          stride = self.stride
          padding = self.padding
          return torch.conv2d(x, self.weight, None, [stride, stride], [padding, padding], [1, 1], 1)
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
          x: Tensor) -> Tensor:
          return torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var, self.training, 0.10000000000000001, 1.0000000000000001e-05, True)
      class Linear(Module):
        __parameters__ = ["weight", "bias", ]
        __buffers__ = []
        weight : Tensor
        bias : Tensor
        training : bool
        def forward(self: __torch__.Linear,
          x: Tensor) -> Tensor:
          return torch.linear(x, self.weight, self.bias)
      class Block(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        conv1 : __torch__.Conv
        bn1 : __torch__.BatchNorm2d
        conv2 : __torch__.Conv
        bn2 : __torch__.BatchNorm2d
        def forward(self: __torch__.Block,
          x: Tensor) -> Tensor:
          y = torch.relu((self.bn1).forward((self.conv1).forward(x, ), ))
          y0 = (self.bn2).forward((self.conv2).forward(y, ), )
          return torch.relu(torch.add(y0, x))
      class ProjectionBlock(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        conv1 : __torch__.Conv
        bn1 : __torch__.BatchNorm2d
        conv2 : __torch__.Conv
        bn2 : __torch__.BatchNorm2d
        shortcut : __torch__.Conv
        shortcut_bn : __torch__.BatchNorm2d
        def forward(self: __torch__.ProjectionBlock,
          x: Tensor) -> Tensor:
          y = torch.relu((self.bn1).forward((self.conv1).forward(x, ), ))
          y0 = (self.bn2).forward((self.conv2).forward(y, ), )
          x0 = (self.shortcut_bn).forward((self.shortcut).forward(x, ), )
          return torch.relu(torch.add(y0, x0))
      class ImageNetwork(Module):
        __parameters__ = []
        __buffers__ = ["input_mean", "input_std", ]
        input_mean : Tensor
        input_std : Tensor
        training : bool
        conv : __torch__.Conv
        bn : __torch__.BatchNorm2d
        layer1 : __torch__.Block
        layer2 : __torch__.ProjectionBlock
        layer3 : __torch__.ProjectionBlock
        fc : __torch__.Linear
        def forward(self: __torch__.ImageNetwork,
          x: Tensor) -> Tensor:
          return (self.fc).forward((self).features(x, ), )
        def features(self: __torch__.ImageNetwork,
          x: Tensor) -> Tensor:
          x0 = torch.div(torch.sub(x, self.input_mean), self.input_std)
          x1 = torch.relu((self.bn).forward((self.conv).forward(x0, ), ))
          x2 = (self.layer1).forward(x1, )
          x3 = (self.layer2).forward(x2, )
          x4 = (self.layer3).forward(x3, )
          return torch.mean(x4, [2, 3])
        def head(self: __torch__.ImageNetwork,
          features: Tensor) -> Tensor:
          return (self.fc).forward(features, )
      """;

  private final SplittableRandom random;
  private final Map<String, float[]> given;

  private ImageNetwork(long seed, Map<String, float[]> weights) {
    this.random = new SplittableRandom(seed);
    this.given = new TreeMap<>(weights);
  }

  /**
   * Writes the network.
   *
   * @param out created or replaced
   * @param classes number of classes, &gt;= 2
   * @param seed of the initial weights (He et al. 2015: normal, variance 2 / fan-in)
   * @param weights floats that replace the initial ones, by block name such as {@code
   *     layer1.bn1.running_mean}; may be empty
   * @return {@code out}
   * @throws IllegalArgumentException when {@code weights} names no block of the network or has
   *     another length
   */
  public static Path write(Path out, int classes, long seed, Map<String, float[]> weights)
      throws IOException {
    if (classes < 2) {
      throw new IllegalArgumentException("expected 2 or more classes, found " + classes);
    }
    ImageNetwork network = new ImageNetwork(seed, weights);
    ScriptModule root = network.root(classes);
    if (!network.given.isEmpty()) {
      throw new IllegalArgumentException(
          "expected names of the network's blocks, found " + new TreeSet<>(network.given.keySet()));
    }
    return TorchScriptWriter.write(out, root, CLASSES);
  }

  private ScriptModule root(int classes) {
    ScriptModule root =
        new ScriptModule("ImageNetwork")
            .with("input_mean", perChannel(INPUT_MEAN))
            .with("input_std", perChannel(INPUT_DEVIATION))
            .with("conv", conv("conv", CHANNELS, STAGE_CHANNELS[0], 3, 1))
            .with("bn", batchNorm("bn", STAGE_CHANNELS[0]));
    int in = STAGE_CHANNELS[0];
    for (int stage = 0; stage < STAGE_CHANNELS.length; stage++) {
      String name = "layer" + (stage + 1);
      root.with(name, block(name + ".", in, STAGE_CHANNELS[stage]));
      in = STAGE_CHANNELS[stage];
    }
    return root.with("fc", linear("fc", FEATURES, classes));
  }

  private static ScriptTensor perChannel(float value) {
    float[] values = new float[CHANNELS];
    Arrays.fill(values, value);
    return ScriptTensor.buffer(values, 1, CHANNELS, 1, 1);
  }

  private ScriptModule block(String path, int in, int out) {
    boolean projected = in != out;
    int stride = projected ? 2 : 1;
    ScriptModule block =
        new ScriptModule(projected ? "ProjectionBlock" : "Block")
            .with("conv1", conv(path + "conv1", in, out, 3, stride))
            .with("bn1", batchNorm(path + "bn1", out))
            .with("conv2", conv(path + "conv2", out, out, 3, 1))
            .with("bn2", batchNorm(path + "bn2", out));
    if (projected) {
      block
          .with("shortcut", conv(path + "shortcut", in, out, 1, stride))
          .with("shortcut_bn", batchNorm(path + "shortcut_bn", out));
    }
    return block;
  }

  private ScriptModule conv(String path, int in, int out, int kernel, int stride) {
    float[] weight = normal(out * in * kernel * kernel, in * kernel * kernel);
    return new ScriptModule("Conv")
        .with(
            "weight",
            ScriptTensor.parameter(given(path + ".weight", weight), out, in, kernel, kernel))
        .with("stride", stride)
        .with("padding", kernel / 2);
  }

  private ScriptModule batchNorm(String path, int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    float[] zeros = new float[channels];
    return new ScriptModule("BatchNorm2d")
        .with("weight", ScriptTensor.parameter(given(path + ".weight", ones), channels))
        .with("bias", ScriptTensor.parameter(given(path + ".bias", zeros), channels))
        .with("running_mean", ScriptTensor.buffer(given(path + ".running_mean", zeros), channels))
        .with("running_var", ScriptTensor.buffer(given(path + ".running_var", ones), channels))
        .with("num_batches_tracked", ScriptTensor.counter(0));
  }

  private ScriptModule linear(String path, int in, int out) {
    float[] weight = normal(out * in, in);
    return new ScriptModule("Linear")
        .with("weight", ScriptTensor.parameter(given(path + ".weight", weight), out, in))
        .with("bias", ScriptTensor.parameter(given(path + ".bias", new float[out]), out));
  }

  private float[] normal(int count, int fanIn) {
    double deviation = Math.sqrt(2.0 / fanIn);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private float[] given(String name, float[] initial) {
    float[] replacement = given.remove(name);
    if (replacement == null) {
      return initial;
    }
    if (replacement.length != initial.length) {
      throw new IllegalArgumentException(
          "expected " + initial.length + " floats for " + name + ", found " + replacement.length);
    }
    return replacement;
  }
}
