package dev.meander.djl;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a model: its parameters, and the running statistics of the batch norms that can be
 * steered. A tensor that two modules share is one block, under the first name.
 *
 * @param blocks parameters and statistics; the head is not told apart yet
 * @param module where they lie
 */
record Inventory(List<Block> blocks, TorchModule module) {

  private static final Pattern NORM =
      Pattern.compile("(?i).*(batch|group|layer|instance|rms)_?norm.*");
  private static final double HEAD_TOLERANCE = 1e-3;

  static Inventory of(ModelFile file, TorchModule module, NormFinding norms) {
    List<Block> blocks = new ArrayList<>();
    Set<String> places = new HashSet<>();
    for (ModelArchive.Entry entry : file.archive().entries()) {
      Role role = role(entry, norms, file.patch().gains());
      if (role != null && places.add(entry.tensor().place())) {
        Block block = new Block(entry.name(), role, entry.tensor().intShape());
        if (!module.has(block)) {
          throw new IllegalStateException("expected " + block + " in the engine, found none");
        }
        blocks.add(block);
      }
    }
    return new Inventory(blocks, module);
  }

  private static @Nullable Role role(
      ModelArchive.Entry entry, NormFinding norms, Map<String, Role> gains) {
    Role found = norms.roles().get(entry.tensor().place());
    if (!entry.parameter()) {
      return found != null && found.isStatistic() ? found : null;
    }
    if (found != null) {
      return found;
    }
    Role byText = gains.get(entry.name());
    if (byText != null && entry.tensor().shape().length == 1) {
      return byText;
    }
    String attribute = entry.attribute();
    boolean bias = attribute.equals("bias");
    if (NORM.matcher(entry.owner().simpleName()).matches()) {
      if (bias) {
        return Role.SHIFT;
      }
      if (attribute.equals("weight")) {
        return Role.GAIN;
      }
    }
    return bias ? Role.BIAS : Role.WEIGHT;
  }

  /**
   * The layout with the head told apart: the last layer for which {@code logits = features W^T +
   * bias}; null when there is none.
   *
   * @param features {@code [b, width]}
   * @param logits {@code [b, classes]}
   */
  @Nullable Layout withHead(Tensor features, Tensor logits) {
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Block weight = blocks.get(i);
      Block bias = sibling(weight);
      if (weight.role() == Role.WEIGHT && isHead(weight, bias, features, logits)) {
        List<Block> all = new ArrayList<>(blocks);
        all.set(i, new Block(weight.name(), Role.HEAD_WEIGHT, weight.shape()));
        if (bias != null) {
          all.set(blocks.indexOf(bias), new Block(bias.name(), Role.HEAD_BIAS, bias.shape()));
        }
        return new Layout(all);
      }
    }
    return null;
  }

  private @Nullable Block sibling(Block weight) {
    String owner = weight.name().substring(0, weight.name().lastIndexOf('.') + 1);
    return blocks.stream()
        .filter(block -> block.name().equals(owner + "bias") && block.role() == Role.BIAS)
        .findFirst()
        .orElse(null);
  }

  private boolean isHead(Block weight, @Nullable Block bias, Tensor features, Tensor logits) {
    int classes = logits.rowSize();
    int width = features.rowSize();
    int[] shape = weight.shape();
    if (shape.length < 2
        || shape[0] != classes
        || shape[1] != width
        || weight.size() != classes * width) {
      return false;
    }
    float[] w = new float[weight.size()];
    module.read(weight, w);
    float[] b = new float[classes];
    if (bias != null && bias.size() == classes) {
      module.read(bias, b);
    }
    for (int i = 0; i < logits.data().length; i++) {
      int row = i / classes;
      int c = i % classes;
      double expected = b[c];
      double scale = 1 + Math.abs(b[c]);
      for (int j = 0; j < width; j++) {
        double term = (double) w[c * width + j] * features.data()[row * width + j];
        expected += term;
        scale += Math.abs(term);
      }
      if (Math.abs(expected - logits.data()[i]) > HEAD_TOLERANCE * scale) {
        return false;
      }
    }
    return true;
  }
}
