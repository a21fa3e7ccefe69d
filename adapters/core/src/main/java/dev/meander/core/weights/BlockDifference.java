package dev.meander.core.weights;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one block differs between two adapters. Sums are in double, in order of index.
 *
 * @param block name of the block
 * @param size floats; of the one that has it where only one does
 * @param fromNorm Euclidean norm in the first; NaN when it lacks the block
 * @param toNorm Euclidean norm in the second; NaN when it lacks the block
 * @param differenceNorm Euclidean norm of second less first; NaN when one lacks the block
 * @param cosine of the angle between them, in [-1, 1]; NaN when one lacks the block or is zero
 * @param changedFraction share of floats whose bits differ; 1 when one lacks the block
 */
public record BlockDifference(
    String block,
    int size,
    double fromNorm,
    double toNorm,
    double differenceNorm,
    double cosine,
    double changedFraction) {

  /**
   * Differences of every block that one of them has, in order of name.
   *
   * @throws IllegalArgumentException when a block has two shapes
   */
  public static List<BlockDifference> between(AdapterWeights from, AdapterWeights to) {
    List<Block> all = new ArrayList<>(from.layout().blocks());
    to.layout().blocks().stream()
        .filter(block -> !from.layout().contains(block.name()))
        .forEach(all::add);
    return new Layout(all)
        .blocks().stream().map(block -> of(block, read(from, block), read(to, block))).toList();
  }

  /**
   * The whole adapters as one block named {@code total}.
   *
   * @throws IllegalArgumentException when they have two layouts
   */
  public static BlockDifference total(AdapterWeights from, AdapterWeights to) {
    if (!from.layout().equals(to.layout())) {
      throw new IllegalArgumentException(
          "expected adapters of one layout, found " + from.layout() + " and " + to.layout());
    }
    Block whole = new Block("total", Role.WEIGHT, from.layout().size());
    return of(whole, from.values(), to.values());
  }

  private static float @Nullable [] read(AdapterWeights weights, Block block) {
    Block own =
        weights.layout().blocks().stream()
            .filter(candidate -> candidate.name().equals(block.name()))
            .findFirst()
            .orElse(null);
    if (own == null) {
      return null;
    }
    if (!own.equals(block)) {
      throw new IllegalArgumentException("expected block " + block + ", found " + own);
    }
    float[] values = new float[own.size()];
    weights.read(own, values);
    return values;
  }

  private static BlockDifference of(Block block, float @Nullable [] from, float @Nullable [] to) {
    if (from == null || to == null) {
      return new BlockDifference(
          block.name(), block.size(), norm(from), norm(to), Double.NaN, Double.NaN, 1);
    }
    double difference = 0;
    double product = 0;
    int changed = 0;
    for (int i = 0; i < from.length; i++) {
      double step = (double) to[i] - from[i];
      difference += step * step;
      product += (double) from[i] * to[i];
      changed += Float.floatToRawIntBits(from[i]) == Float.floatToRawIntBits(to[i]) ? 0 : 1;
    }
    double norms = norm(from) * norm(to);
    double cosine = norms == 0 ? Double.NaN : Math.max(-1, Math.min(1, product / norms));
    return new BlockDifference(
        block.name(),
        block.size(),
        norm(from),
        norm(to),
        Math.sqrt(difference),
        cosine,
        from.length == 0 ? 0 : (double) changed / from.length);
  }

  private static double norm(float @Nullable [] values) {
    if (values == null) {
      return Double.NaN;
    }
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
