package dev.meander.djl.script;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor to be stored in an archive.
 *
 * @param type element type
 * @param bytes little-endian elements, row-major; owned by the tensor
 * @param trainable whether it requires gradients
 * @param shape dimensions; none for a scalar
 */
public record ScriptTensor(ScalarType type, byte[] bytes, boolean trainable, int... shape) {

  public ScriptTensor {
    long size = type.bytes();
    for (int dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    if (size != bytes.length) {
      throw new IllegalArgumentException(
          "expected "
              + size
              + " bytes for "
              + type
              + " "
              + Arrays.toString(shape)
              + ", found "
              + bytes.length);
    }
  }

  /** A trainable float32 tensor. */
  public static ScriptTensor parameter(float[] values, int... shape) {
    return new ScriptTensor(ScalarType.FLOAT32, bytes(values), true, shape);
  }

  /** A float32 tensor that is not trained. */
  public static ScriptTensor buffer(float[] values, int... shape) {
    return new ScriptTensor(ScalarType.FLOAT32, bytes(values), false, shape);
  }

  /** An int64 scalar that is not trained. */
  public static ScriptTensor counter(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return new ScriptTensor(ScalarType.INT64, bytes.putLong(value).array(), false);
  }

  /** Number of elements. */
  int size() {
    return bytes.length / type.bytes();
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScriptTensor t
        && type == t.type
        && trainable == t.trainable
        && Arrays.equals(shape, t.shape)
        && Arrays.equals(bytes, t.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
