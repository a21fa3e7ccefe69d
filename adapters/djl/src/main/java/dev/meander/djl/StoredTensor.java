package dev.meander.djl;

import java.util.Arrays;

/**
 * A tensor as an archive describes it.
 *
 * @param storageName storage class, such as {@code FloatStorage}
 * @param storage key of the bytes; equal keys share memory
 * @param offset first element in the storage
 * @param shape dimensions
 * @param strides elements between neighbours of each dimension
 */
record StoredTensor(String storageName, String storage, long offset, long[] shape, long[] strides) {

  /** True when the elements lie row by row without gaps. */
  boolean isRowMajor() {
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != stride) {
        return false;
      }
      stride *= shape[i];
    }
    return true;
  }

  /** Identifies the memory: tensors with equal places are one tensor under two names. */
  String place() {
    return storage + "@" + offset;
  }

  int[] intShape() {
    return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredTensor t
        && storageName.equals(t.storageName)
        && place().equals(t.place())
        && Arrays.equals(shape, t.shape)
        && Arrays.equals(strides, t.strides);
  }

  @Override
  public int hashCode() {
    return 31 * place().hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return storageName + Arrays.toString(shape);
  }
}
