package dev.meander.core.learner;

import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;

/**
 * The blocks that a learner's versions hold: what it trains, and the statistics where nodes are to
 * normalise with its own.
 *
 * <p>Thread-safety: immutable.
 *
 * @param layout of a version
 * @param trained layout of the learner's parameters
 * @param statistics layout of the model's statistics
 */
record ServedBlocks(Layout layout, Layout trained, Layout statistics) {

  static ServedBlocks of(Layout inventory, Layout trained, boolean servesStatistics) {
    return new ServedBlocks(
        inventory.select(
            block ->
                trained.contains(block.name()) || (servesStatistics && block.role().isStatistic())),
        trained,
        inventory.select(block -> block.role().isStatistic()));
  }

  /**
   * A version's weights.
   *
   * @param theta in the layout of {@link #trained}
   * @param estimate in the layout of {@link #statistics}
   */
  AdapterWeights weights(float[] theta, float[] estimate) {
    float[] values = new float[layout.size()];
    copy(theta, trained, values);
    copy(estimate, statistics, values);
    return AdapterWeights.owning(layout, values);
  }

  private void copy(float[] from, Layout source, float[] into) {
    for (Block block : source.blocks()) {
      if (layout.contains(block.name())) {
        System.arraycopy(from, source.offset(block), into, layout.offset(block), block.size());
      }
    }
  }
}
