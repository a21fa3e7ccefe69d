package dev.meander.djl;

import dev.meander.djl.script.ScriptModule;
import dev.meander.djl.script.ScriptTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One module of a small network with seeded weights, from which both its class text and its values
 * are made. Each module has a class of its own.
 */
final class Sketch {

  private final String name;
  private final SplittableRandom random;
  private final StringBuilder parameters = new StringBuilder();
  private final StringBuilder buffers = new StringBuilder();
  private final StringBuilder declarations = new StringBuilder("  training : bool\n");
  private final Map<String, Sketch> children = new LinkedHashMap<>();
  private final ScriptModule module;
  private String methods = "";

  private Sketch(String name) {
    this.name = name;
    this.module = new ScriptModule(name);
    this.random = new SplittableRandom(name.hashCode());
  }

  /** Name of the class. */
  String name() {
    return name;
  }

  static Sketch of(String name) {
    return new Sketch(name);
  }

  /** Weights between -1 and 1 over the root of what feeds one output. */
  Sketch weight(String attribute, int... shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    double bound = 1.5 / Math.sqrt(Math.max(1, size / shape[0]));
    float[] values = Networks.random(random, size, -bound, bound);
    parameters.append('"').append(attribute).append("\", ");
    return tensor(attribute, ScriptTensor.parameter(values, shape));
  }

  /** A gain between 0.5 and 1.5. */
  Sketch gain(String attribute, int channels) {
    parameters.append('"').append(attribute).append("\", ");
    return tensor(
        attribute, ScriptTensor.parameter(Networks.random(random, channels, 0.5, 1.5), channels));
  }

  /** A buffer with values in a range. */
  Sketch buffer(String attribute, double from, double to, int... shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    buffers.append('"').append(attribute).append("\", ");
    return tensor(attribute, ScriptTensor.buffer(Networks.random(random, size, from, to), shape));
  }

  private Sketch tensor(String attribute, ScriptTensor tensor) {
    declarations.append("  ").append(attribute).append(" : Tensor\n");
    module.with(attribute, tensor);
    return this;
  }

  /** A module inside; names that start with a digit are annotated, as in a Sequential. */
  Sketch with(String attribute, Sketch child) {
    declarations.append(
        Character.isDigit(attribute.charAt(0))
            ? "  __annotations__[\"%s\"] = __torch__.%s\n".formatted(attribute, child.name)
            : "  %s : __torch__.%s\n".formatted(attribute, child.name));
    module.with(attribute, child.module);
    children.put(attribute, child);
    return this;
  }

  /**
   * The methods; {@code SELF} stands for the parameter of the module itself with its type.
   *
   * @param text two spaces before each {@code def}
   */
  Sketch methods(String text) {
    methods = text.replace("SELF", "self: __torch__." + name);
    return this;
  }

  /** A forward of one tensor. */
  Sketch forward(String body) {
    return methods("  def forward(SELF,\n    x: Tensor) -> Tensor:\n" + body.indent(4));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    children.values().forEach(child -> text.append(child.text()));
    return text.append("class %s(Module):\n".formatted(name))
        .append("  __parameters__ = [%s]\n  __buffers__ = [%s]\n".formatted(parameters, buffers))
        .append(declarations.indexOf("__annotations__[") >= 0 ? "  __annotations__ = []\n" : "")
        .append(declarations)
        .append(methods)
        .toString();
  }

  /** Writes the archive. */
  Path write(Path file) {
    return write(file, "");
  }

  /** Writes the archive with functions or other classes before its own. */
  Path write(Path file, String before) {
    return Networks.write(file, module, before + text());
  }

  /** A convolution without bias, stride 1. */
  static Sketch conv(String name, int out, int in, int size, int groups) {
    return of(name)
        .weight("weight", out, in / groups, size, size)
        .forward(
            "return torch.conv2d(x, self.weight, None, [1, 1], [%2$d, %2$d], [1, 1], %1$d)"
                .formatted(groups, size / 2));
  }

  static Sketch batchNorm(String name, int channels) {
    return batchNorm(name, channels, "return %s");
  }

  /**
   * A batch norm and what its class does with the result, as torch.jit.script writes it.
   *
   * @param after a line that uses the result {@code %s}
   */
  static Sketch batchNorm(String name, int channels, String after) {
    return of(name)
        .gain("weight", channels)
        .weight("bias", channels)
        .buffer("running_mean", -0.3, 0.3, channels)
        .buffer("running_var", 0.2, 1.5, channels)
        .forward(
            "t = self.training\n"
                + "y = torch.batch_norm(x, self.weight, self.bias, self.running_mean,"
                + " self.running_var, t, 0.1, 1.0000000000000001e-05, True)\n"
                + after.formatted("y"));
  }

  static Sketch layerNorm(String name, int width) {
    return of(name)
        .gain("weight", width)
        .weight("bias", width)
        .forward(
            "return torch.layer_norm(x, [%d], self.weight, self.bias, 9.9999999999999995e-07)"
                .formatted(width));
  }

  static Sketch linear(String name, int out, int in) {
    return of(name)
        .weight("weight", out, in)
        .weight("bias", out)
        .forward("return torch.linear(x, self.weight, self.bias)");
  }
}
