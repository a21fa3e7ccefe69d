package dev.meander.core.normalise;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.List;

/**
 * Where the mean and the variance of each channel lie in a layout of statistics.
 *
 * @param means index of the mean of each channel
 * @param variances index of its variance
 */
record Channels(int[] means, int[] variances) {

  /**
   * Pairs the blocks in order of name.
   *
   * @throws IllegalArgumentException when a mean has no variance of its size
   */
  static Channels of(Layout layout) {
    int[] means = indices(layout, Role.RUNNING_MEAN);
    int[] variances = indices(layout, Role.RUNNING_VARIANCE);
    if (means.length != variances.length || means.length * 2 != layout.size()) {
      throw new IllegalArgumentException(
          "expected a variance for every mean, found "
              + means.length
              + " means and "
              + variances.length
              + " variances in "
              + layout);
    }
    return new Channels(means, variances);
  }

  private static int[] indices(Layout layout, Role role) {
    List<Block> blocks = layout.blocks().stream().filter(block -> block.role() == role).toList();
    int[] indices = new int[blocks.stream().mapToInt(Block::size).sum()];
    int next = 0;
    for (Block block : blocks) {
      for (int i = 0; i < block.size(); i++) {
        indices[next++] = layout.offset(block) + i;
      }
    }
    return indices;
  }

  int count() {
    return means.length;
  }
}
