package dev.meander.core.codec;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One signed byte a float and one float32 scale per group of at most 64 floats: {@code scale =
 * max|x| / 127}, {@code q = round(x / scale)} in -127 to 127, decoded as {@code scale * q}. A group
 * never crosses the border of a block, so gains do not share a scale with variances. The error of a
 * float is at most half a scale. A group with NaN or infinity is written with such a scale, which
 * decoding refuses.
 *
 * <p>Payload: for each group in layout order the scale, little-endian, then its bytes.
 *
 * <p>Thread-safety: stateless.
 */
public final class Int8Codec implements AdapterCodec {

  /** Most floats that share a scale. */
  static final int GROUP_FLOATS = 64;

  private static final int STEPS = 127;

  /** Rounded down: 127 times the quotient itself rounds to infinity. */
  private static final float SCALE_MAX = Math.nextDown(Float.MAX_VALUE / STEPS);

  private static final byte UNUSED = Byte.MIN_VALUE;

  @Override
  public String name() {
    return "int8";
  }

  @Override
  public byte[] encode(Layout layout, float[] values) {
    Payloads.checkFloats(layout, values);
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length(layout)));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    int from = 0;
    for (Block block : layout.blocks()) {
      int end = from + block.size();
      while (from < end) {
        int to = Math.min(end, from + GROUP_FLOATS);
        encodeGroup(values, from, to, bytes);
        from = to;
      }
    }
    return bytes.array();
  }

  private static void encodeGroup(float[] values, int from, int to, ByteBuffer into) {
    float max = 0;
    for (int i = from; i < to; i++) {
      max = Math.max(max, Math.abs(values[i])); // NaN wins
    }
    float scale = Float.isInfinite(max) ? max : Math.min(max / STEPS, SCALE_MAX);
    into.putFloat(scale);
    for (int i = from; i < to; i++) {
      double steps = scale == 0 ? 0 : Math.rint((double) values[i] / scale);
      into.put((byte) Math.max(-STEPS, Math.min(STEPS, steps)));
    }
  }

  @Override
  public Decoded decode(Layout layout, byte[] bytes) {
    Decoded.Refused refused = Payloads.wrongLength(length(layout), bytes);
    if (refused != null) {
      return refused;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[layout.size()];
    int from = 0;
    for (Block block : layout.blocks()) {
      int end = from + block.size();
      while (from < end) {
        int to = Math.min(end, from + GROUP_FLOATS);
        float scale = buffer.getFloat();
        if (!(scale >= 0 && scale <= SCALE_MAX)) {
          return Payloads.malformed(
              "expected a scale of 0 to " + SCALE_MAX + " in " + block.name() + ", found " + scale);
        }
        while (from < to) {
          byte steps = buffer.get();
          if (steps == UNUSED) {
            return Payloads.malformed(
                "expected bytes of -127 to 127 in " + block.name() + ", found -128");
          }
          values[from++] = scale * steps;
        }
      }
    }
    return new Decoded.Values(values);
  }

  private static long length(Layout layout) {
    long length = 0;
    for (Block block : layout.blocks()) {
      int groups = (block.size() + GROUP_FLOATS - 1) / GROUP_FLOATS;
      length += block.size() + (long) Float.BYTES * groups;
    }
    return length;
  }
}
