package dev.meander.djl;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;

/** Checks of what callers hand to a model or slot. */
final class Inputs {

  private Inputs() {}

  /**
   * Checks the shape of a batch.
   *
   * @throws IllegalArgumentException when it is not the model's
   */
  static void checkBatch(ModelSpec spec, Tensor x) {
    int[] found = x.shape();
    boolean fits =
        found.length == spec.inputShape().length + 1
            && found[0] > 0
            && Arrays.equals(found, 1, found.length, spec.inputShape(), 0, found.length - 1);
    if (!fits) {
      throw new IllegalArgumentException(
          "expected input [b, "
              + Arrays.toString(spec.inputShape()).substring(1)
              + ", found "
              + Arrays.toString(found));
    }
  }

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
