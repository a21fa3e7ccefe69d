package dev.meander.core.codec;

import dev.meander.core.weights.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Two little-endian bytes a float, rounded to nearest even. Infinite and NaN floats keep their
 * kind; float16 turns floats of 65520 and above into infinity. Thread-safety: stateless.
 */
public final class HalfCodec implements AdapterCodec {

  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
  public static final HalfCodec FLOAT16 = new HalfCodec("float16");

  /** The upper half of a float32: 8 bits of exponent, 7 of fraction. */
  public static final HalfCodec BFLOAT16 = new HalfCodec("bfloat16");

  private final String name;

  private HalfCodec(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte[] encode(Layout layout, float[] values) {
    Payloads.checkFloats(layout, values);
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    boolean brain = this == BFLOAT16;
    for (float value : values) {
      bytes.putShort(brain ? toBfloat16(value) : toFloat16(value));
    }
    return bytes.array();
  }

  @Override
  public Decoded decode(Layout layout, byte[] bytes) {
    Decoded.Refused refused = Payloads.wrongLength(2L * layout.size(), bytes);
    if (refused != null) {
      return refused;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[layout.size()];
    boolean brain = this == BFLOAT16;
    for (int i = 0; i < values.length; i++) {
      short half = buffer.getShort();
      values[i] = brain ? fromBfloat16(half) : fromFloat16(half);
    }
    return new Decoded.Values(values);
  }

  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  static float fromBfloat16(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  static short toFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int size = bits & 0x7fffffff;
    if (size > 0x7f800000) {
      return (short) (sign | 0x7e00 | size >>> 13 & 0x3ff);
    }
    if (size >= 0x477ff000) { // 65520, half way between the largest float16 and the next power
      return (short) (sign | 0x7c00);
    }
    if (size
        < 0x38800000) { // below 2^-14: the spacing is 2^-24, and a float of spacing 1 rounds it
      float steps = Float.intBitsToFloat(size) * 0x1p24f;
      return (short) (sign | (int) Math.rint(steps));
    }
    int rounded = size + 0xfff + (size >>> 13 & 1);
    return (short) (sign | (rounded - 0x38000000 >>> 13));
  }

  static float fromFloat16(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
    }
    int biased = exponent == 0x1f ? 0xff : exponent + 112;
    return Float.intBitsToFloat(sign | biased << 23 | fraction << 13);
  }
}
