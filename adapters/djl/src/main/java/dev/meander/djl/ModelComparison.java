package dev.meander.djl;

import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a patched model beside those of the model as the user gave it, on seeded inputs:
 * several numbers of rows, one row alone and among others.
 *
 * <p>A model whose answer to a row depends on the rows beside it is refused: what a node answers
 * would depend on which requests happen to arrive together, and no replay could repeat it.
 */
final class ModelComparison {

  private static final int[] SIZES = {1, 2, 3, 7};
  private static final int ROWS = 7;
  private static final long SEED = 2;

  /** By how much logits may differ from the model's own, beside the largest of them. */
  private static final double ROUNDING = 1e-4;

  /** By how much logits of one row may differ among other rows, beside the largest of them. */
  private static final double AMONG_OTHERS = 1e-3;

  /** Where two tables of logits differ most; rows are counted from 0 here and from 1 in words. */
  record Difference(int rows, int row, int at, double size, double largest) {
    boolean exceeds(double rounding) {
      return !(size <= rounding * largest);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%.3g of %.3g for row %d of %d, class %d", size, largest, row + 1, rows, at);
    }
  }

  private final UnaryOperator<Tensor> original;
  private final Tensor x;
  private final Tensor[] expected = new Tensor[SIZES.length];

  /**
   * Asks the model as the user gave it.
   *
   * @param original logits {@code [b, classes]} to inputs
   */
  ModelComparison(UnaryOperator<Tensor> original, int[] inputShape) {
    this.original = original;
    this.x = inputs(inputShape);
    for (int i = 0; i < SIZES.length; i++) {
      expected[i] = original.apply(rows(0, SIZES[i]));
    }
  }

  /** Seeded rows of different spread and sign. */
  private static Tensor inputs(int[] inputShape) {
    int size = Arrays.stream(inputShape).reduce(1, Math::multiplyExact);
    int[] shape = shape(ROWS, inputShape);
    SplittableRandom random = new SplittableRandom(SEED);
    float[] data = new float[Math.multiplyExact(ROWS, size)];
    for (int i = 0; i < data.length; i++) {
      int row = i / size;
      data[i] = (float) ((random.nextDouble() - 0.25 * (row % 3)) * (1 + row % 4));
    }
    return new Tensor(data, shape);
  }

  private static int[] shape(int rows, int[] inputShape) {
    int[] shape = new int[inputShape.length + 1];
    shape[0] = rows;
    System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
    return shape;
  }

  private Tensor rows(int from, int to) {
    int size = x.rowSize();
    int[] shape = x.shape().clone();
    shape[0] = to - from;
    return new Tensor(Arrays.copyOfRange(x.data(), from * size, to * size), shape);
  }

  /**
   * Compares rows alone with rows among others.
   *
   * @throws ModelRefusedException when the answer to a row depends on its neighbours
   */
  void checkRowsAlone(Path file, List<String> unsteered) {
    String norms =
        unsteered.isEmpty() ? "" : " with the batch norms " + String.join(", ", unsteered);
    int last = ROWS - 1;
    Tensor whole = expected[SIZES.length - 1];
    for (int i = 1; i < SIZES.length; i++) {
      check(file, norms, difference(row(expected[i], 0), expected[0], SIZES[i], 0));
    }
    check(file, norms, difference(row(whole, last), original.apply(rows(last, ROWS)), ROWS, last));
  }

  private static void check(Path file, String norms, Difference difference) {
    if (difference.exceeds(AMONG_OTHERS)) {
      throw new ModelRefusedException(
          "expected the same answer to a row alone and among others, found logits that differ by "
              + difference
              + ", from "
              + file
              + norms
              + "; export after model.eval(), with batch norms that keep running statistics"
              + " (track_running_stats=True)");
    }
  }

  /** The first number of rows for which {@code patched} does not answer as the original. */
  @Nullable Difference difference(UnaryOperator<Tensor> patched) {
    Difference worst = null;
    for (int i = 0; i < SIZES.length; i++) {
      Difference found = difference(patched.apply(rows(0, SIZES[i])), expected[i], SIZES[i], 0);
      if (found.exceeds(ROUNDING) && (worst == null || !(found.size() <= worst.size()))) {
        worst = found;
      }
    }
    return worst;
  }

  /**
   * Refuses what differs.
   *
   * @throws ModelRefusedException with the largest difference and where it is
   */
  static void refuse(Path file, Difference difference) {
    throw new ModelRefusedException(
        "expected the model that is made ready to adapt to answer as "
            + file
            + " does, found logits that differ by "
            + difference
            + "; it would answer wrongly, so it is not used");
  }

  private static Tensor row(Tensor logits, int row) {
    int classes = logits.rowSize();
    return new Tensor(
        Arrays.copyOfRange(logits.data(), row * classes, (row + 1) * classes), 1, classes);
  }

  /** Where two tables differ most; equal values that are not finite do not differ. */
  private static Difference difference(Tensor found, Tensor expected, int rows, int firstRow) {
    if (!Arrays.equals(found.shape(), expected.shape())) {
      return new Difference(rows, firstRow, 0, Double.POSITIVE_INFINITY, 0);
    }
    double largest = 0;
    double size = 0;
    int at = 0;
    for (int i = 0; i < expected.data().length; i++) {
      float one = found.data()[i];
      float other = expected.data()[i];
      if (Float.isFinite(other)) {
        largest = Math.max(largest, Math.abs(other));
      }
      double difference = Float.compare(one, other) == 0 ? 0 : Math.abs((double) one - other);
      if (!(difference <= size)) {
        size = difference;
        at = i;
        if (Double.isNaN(difference)) {
          size = Double.POSITIVE_INFINITY;
        }
      }
    }
    int classes = Math.max(1, expected.rowSize());
    return new Difference(rows, firstRow + at / classes, at % classes, size, largest);
  }
}
