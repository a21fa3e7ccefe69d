package dev.meander.replay.scenario;

import dev.meander.replay.random.Draws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Orders in which classes come in bursts, or in unequal numbers.
 *
 * <p>{@link #dirichlet} is the order of NOTE (Gong et al., 2022): as many chunks as classes; every
 * class is split over the chunks by shares drawn from {@code Dir(delta, ..., delta)}, where a chunk
 * that already holds {@code N / chunks} items gets nothing more; drawn again until every chunk has
 * at least ten items; inside a chunk the classes come in random order.
 */
final class ClassOrder {

  /** Fewest items of a chunk. */
  static final int CHUNK_MIN = 10;

  /** Draws after which the concentration is given up. */
  static final int TRIES_MAX = 10_000;

  private ClassOrder() {}

  /** Stable sort by class, ascending. */
  static <T> List<T> sorted(List<T> items, ToIntFunction<T> label) {
    List<T> sorted = new ArrayList<>(items);
    sorted.sort(Comparator.comparingInt(label));
    return sorted;
  }

  /**
   * A long tail: the classes are ranked by a draw, and of rank r only the first {@code ratio^(-r /
   * (classes - 1))} of the items are kept, at least one. The order stays.
   *
   * @param ratio most frequent over rarest class, at least 1
   */
  static <T> List<T> skewed(
      List<T> items, ToIntFunction<T> label, int classes, double ratio, Draws draws) {
    int[] rank = draws.permutation(classes);
    int[] left = new int[classes];
    items.forEach(item -> left[label.applyAsInt(item)]++);
    for (int c = 0; c < classes; c++) {
      double share = classes == 1 ? 1 : StrictMath.pow(ratio, -rank[c] / (classes - 1.0));
      left[c] = (int) Math.ceil(left[c] * share);
    }
    List<T> kept = new ArrayList<>();
    for (T item : items) {
      if (left[label.applyAsInt(item)]-- > 0) {
        kept.add(item);
      }
    }
    return kept;
  }

  /**
   * The Dirichlet order.
   *
   * @param items in random order already
   * @param classes number of classes, and of chunks
   * @param delta concentration, &gt; 0; smaller is more correlated
   * @throws IllegalArgumentException when there are too few items, or the draws do not give every
   *     chunk its ten
   */
  static <T> List<T> dirichlet(
      List<T> items, ToIntFunction<T> label, int classes, double delta, Draws draws) {
    if (items.size() < CHUNK_MIN * classes) {
      throw new IllegalArgumentException(
          "expected at least "
              + CHUNK_MIN * classes
              + " samples for a Dirichlet order of "
              + classes
              + " classes, found "
              + items.size());
    }
    List<List<T>> byClass = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      byClass.add(new ArrayList<>());
    }
    items.forEach(item -> byClass.get(label.applyAsInt(item)).add(item));
    for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
      List<List<List<T>>> chunks = deal(byClass, items.size(), delta, draws);
      if (chunks.stream().allMatch(chunk -> size(chunk) >= CHUNK_MIN)) {
        return concatenate(chunks, draws);
      }
    }
    throw new IllegalArgumentException(
        "expected a concentration that gives every chunk "
            + CHUNK_MIN
            + " samples within "
            + TRIES_MAX
            + " draws, found "
            + delta
            + "; take a larger one or more samples");
  }

  private static <T> int size(List<List<T>> pieces) {
    return pieces.stream().mapToInt(List::size).sum();
  }

  private static <T> List<List<List<T>>> deal(
      List<List<T>> byClass, int items, double delta, Draws draws) {
    int count = byClass.size();
    List<List<List<T>>> chunks = new ArrayList<>();
    for (int j = 0; j < count; j++) {
      chunks.add(new ArrayList<>());
    }
    for (List<T> ofClass : byClass) {
      double[] shares = draws.dirichlet(count, delta);
      for (int j = 0; j < count; j++) {
        if (size(chunks.get(j)) >= (double) items / count) {
          shares[j] = 0;
        }
      }
      double sum = Arrays.stream(shares).sum();
      double cumulated = 0;
      int from = 0;
      for (int j = 0; j < count; j++) {
        cumulated += shares[j];
        boolean last = j == count - 1;
        // a sum of 0 leaves all to the last chunk, and the draw fails on the others
        int to = last ? ofClass.size() : (int) (cumulated / Math.max(sum, 1e-300) * ofClass.size());
        chunks.get(j).add(ofClass.subList(from, Math.max(from, to)));
        from = Math.max(from, to);
      }
    }
    return chunks;
  }

  private static <T> List<T> concatenate(List<List<List<T>>> chunks, Draws draws) {
    List<T> order = new ArrayList<>();
    for (List<List<T>> chunk : chunks) {
      for (int piece : draws.permutation(chunk.size())) {
        order.addAll(chunk.get(piece));
      }
    }
    return Collections.unmodifiableList(order);
  }
}
