package dev.meander.core.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * A dense row-major float tensor. The first dimension is the batch.
 *
 * <p>The array is owned by the tensor and handed out without a copy: callers that keep it must not
 * write to it.
 *
 * <p>Thread-safety: safe to share as long as nobody writes to the array.
 *
 * @param data values, row-major; length equals the product of {@code shape}
 * @param shape dimensions, each &gt;= 0
 */
public record Tensor(float[] data, int... shape) {

  public Tensor {
    long size = 1;
    for (int dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "expected dimensions >= 0, found " + Arrays.toString(shape));
      }
      size *= dimension;
    }
    if (size != data.length) {
      throw new IllegalArgumentException(
          "expected "
              + size
              + " floats for shape "
              + Arrays.toString(shape)
              + ", found "
              + data.length);
    }
  }

  /** Size of the first dimension. */
  public int rows() {
    return shape[0];
  }

  /** Floats in one row: the product of all dimensions but the first. */
  public int rowSize() {
    int size = 1;
    for (int i = 1; i < shape.length; i++) {
      size *= shape[i];
    }
    return size;
  }

  /** A copy of row {@code index}, without the batch dimension. */
  public float[] row(int index) {
    int size = rowSize();
    return Arrays.copyOfRange(data, index * size, (index + 1) * size);
  }

  /** A copy of some rows, in the order given. */
  public Tensor rows(int[] indices) {
    int size = rowSize();
    float[] rows = new float[indices.length * size];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(data, indices[i] * size, rows, i * size, size);
    }
    int[] rowsShape = shape.clone();
    rowsShape[0] = indices.length;
    return new Tensor(rows, rowsShape);
  }

  /**
   * Stacks equally long rows into one tensor of shape {@code [rows.size(), rowShape...]}.
   *
   * @throws IllegalArgumentException when a row has another length
   */
  public static Tensor stack(List<float[]> rows, int... rowShape) {
    int[] shape = new int[rowShape.length + 1];
    shape[0] = rows.size();
    System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
    int size = Arrays.stream(rowShape).reduce(1, Math::multiplyExact);
    float[] data = new float[Math.multiplyExact(rows.size(), size)];
    for (int i = 0; i < rows.size(); i++) {
      float[] row = rows.get(i);
      if (row.length != size) {
        throw new IllegalArgumentException(
            "expected rows of " + size + " floats, found " + row.length + " in row " + i);
      }
      System.arraycopy(row, 0, data, i * size, size);
    }
    return new Tensor(data, shape);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor t
        && Arrays.equals(shape, t.shape)
        && Arrays.equals(data, t.data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
