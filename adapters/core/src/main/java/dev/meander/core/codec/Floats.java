package dev.meander.core.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Floats as little-endian bytes. */
public final class Floats {

  private Floats() {}

  /** {@code values} as {@code 4 * values.length} bytes. */
  public static ByteBuffer encode(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  /**
   * The floats of {@code bytes}; its position is left alone. A remainder of less than four bytes is
   * ignored.
   */
  public static float[] decode(ByteBuffer bytes) {
    float[] values = new float[bytes.remaining() / 4];
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
