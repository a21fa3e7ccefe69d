package dev.meander.replay.data;

import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * Labelled inputs of one shape, mostly images, read by position.
 *
 * <p>Thread-safety: implementations are immutable.
 */
public interface DataSet {

  /** What {@link #labelDelay} says of a class that never becomes known. */
  int NEVER = -1;

  /** What {@link #labelDelay} says when the data says nothing. */
  int UNSTATED = -2;

  /** Name for reports, such as {@code glyphs}. */
  String name();

  /** Identity of all inputs and labels in their order: a result that used them depends on it. */
  Sha256 digest();

  /** Number of inputs, at least 1. */
  int size();

  /**
   * One input, a fresh array. Images are channels first, row by row, values 0 to 1 in steps of
   * 1/255; other inputs are as recorded.
   *
   * @throws IndexOutOfBoundsException unless 0 &lt;= index &lt; size
   */
  float[] image(int index);

  /**
   * True class of one input, 0 to classes - 1.
   *
   * @throws IndexOutOfBoundsException unless 0 &lt;= index &lt; size
   */
  int label(int index);

  /**
   * After how many more samples the class of an input becomes known, 0 for at once; {@link #NEVER};
   * or {@link #UNSTATED}.
   */
  default int labelDelay(int index) {
    return UNSTATED;
  }

  /** What is odd about the data, though it can be used; for people. */
  default List<String> notes() {
    return List.of();
  }

  /** Class names; the position is the label. */
  List<String> classNames();

  /** Shape of one input; of an image channels, height, width. */
  int[] inputShape();

  /**
   * The inputs {@code from} to {@code from + size - 1} with their classes.
   *
   * @throws IndexOutOfBoundsException when there are fewer
   */
  default LabelledBatch batch(int from, int size) {
    List<float[]> inputs = new ArrayList<>(size);
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      inputs.add(image(from + i));
      labels[i] = label(from + i);
    }
    return new LabelledBatch(Tensor.stack(inputs, inputShape()), labels);
  }
}
