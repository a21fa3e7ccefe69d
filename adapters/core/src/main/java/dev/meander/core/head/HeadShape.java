package dev.meander.core.head;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Sizes of a head and its blocks: {@code norm.weight}, {@code norm.bias}, {@code
 * norm.running_mean}, {@code norm.running_var} {@code [features]}; {@code residual.down [rank,
 * features]} and {@code residual.up [features, rank]} unless the rank is 0; {@code linear.weight
 * [classes, features]} and {@code linear.bias [classes]}.
 *
 * @param features width of an embedding
 * @param rank of the residual; 0 is none
 * @param classes number of classes
 */
public record HeadShape(int features, int rank, int classes) {

  /** Most floats of a head. */
  public static final int FLOATS_MAX = 1 << 26;

  static final String GAIN = "norm.weight";
  static final String SHIFT = "norm.bias";
  static final String MEAN = "norm.running_mean";
  static final String VARIANCE = "norm.running_var";
  static final String DOWN = "residual.down";
  static final String UP = "residual.up";
  static final String WEIGHT = "linear.weight";
  static final String BIAS = "linear.bias";

  public HeadShape {
    if (features < 1 || classes < 1 || rank < 0 || rank > features) {
      throw new IllegalArgumentException(
          "expected features and classes >= 1 and a rank of 0 to features, found "
              + features
              + ", "
              + classes
              + " and "
              + rank);
    }
    long floats = (long) features * (4 + 2L * rank + classes) + classes;
    if (floats > FLOATS_MAX) {
      throw new IllegalArgumentException(
          "expected a head of at most " + FLOATS_MAX + " floats, found " + floats);
    }
  }

  /** Every block of the head. */
  Layout layout() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block(GAIN, Role.GAIN, features));
    blocks.add(new Block(SHIFT, Role.SHIFT, features));
    blocks.add(new Block(MEAN, Role.RUNNING_MEAN, features));
    blocks.add(new Block(VARIANCE, Role.RUNNING_VARIANCE, features));
    if (rank > 0) {
      blocks.add(new Block(DOWN, Role.WEIGHT, rank, features));
      blocks.add(new Block(UP, Role.WEIGHT, features, rank));
    }
    blocks.add(new Block(WEIGHT, Role.HEAD_WEIGHT, classes, features));
    blocks.add(new Block(BIAS, Role.HEAD_BIAS, classes));
    return new Layout(blocks);
  }
}
