package dev.meander.djl;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.Collections;
import java.util.Comparator;

/** Checks of what callers hand to a model or slot. */
final class Inputs {

  private Inputs() {}

  /**
   * Checks a block and the length of its floats.
   *
   * @throws IllegalArgumentException when the model has no such block or the length is wrong
   */
  static void checkBlock(Layout inventory, Block block, int length) {
    checkBlock(inventory, block);
    if (length != block.size()) {
      throw new IllegalArgumentException(
          "expected " + block.size() + " floats for " + block.name() + ", found " + length);
    }
  }

  /**
   * Checks a block.
   *
   * @throws IllegalArgumentException when the model has no such block
   */
  static void checkBlock(Layout inventory, Block block) {
    if (!inventory.contains(block.name()) || !isOwn(inventory, block)) {
      throw new IllegalArgumentException("expected a block of the model, found " + block);
    }
  }

  private static boolean isOwn(Layout inventory, Block block) {
    int found =
        Collections.binarySearch(inventory.blocks(), block, Comparator.comparing(Block::name));
    return found >= 0 && inventory.blocks().get(found).equals(block);
  }
}
