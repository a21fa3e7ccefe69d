package dev.meander.core.codec;

import dev.meander.core.math.Vectors;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;

/**
 * Floats encoded and decoded again, as a receiver will: the bytes and what they hold, or why not.
 */
public sealed interface Encoding {

  /** Name of the codec on the wire. */
  String codec();

  /**
   * Bytes and what they decode to.
   *
   * @param payload the encoded floats
   * @param decoded the floats a receiver gets of it; the encoded array itself where the codec is
   *     exact
   */
  record Encoded(String codec, byte[] payload, float[] decoded) implements Encoding {

    /**
     * How far what a receiver holds is from {@code values}, as a share of how far those are from
     * {@code base}: 0 when exact, infinite when only {@code values} equals {@code base}.
     */
    public double relativeError(float[] values, float[] base) {
      // the same array is at distance 0 unless it holds NaN or infinity
      boolean same = decoded == values && Vectors.allFinite(values);
      double error = same ? 0 : Vectors.distance(decoded, values);
      return error == 0 ? 0 : error / Vectors.distance(values, base);
    }
  }

  /**
   * The codec cannot hold these floats: NaN, infinity, or too large for it.
   *
   * @param message expected and found
   */
  record Refused(String codec, String message) implements Encoding {}

  /**
   * {@code values} by a codec of whole values.
   *
   * @throws IllegalArgumentException for another number of floats than the layout's
   */
  static Encoding of(AdapterCodec codec, Layout layout, float[] values) {
    byte[] payload = codec.encode(layout, values);
    return codec.isExact()
        ? new Encoded(codec.name(), payload, values)
        : checked(codec.name(), layout, values, payload, codec.decode(layout, payload));
  }

  /**
   * {@code values} as a change of {@code parent}.
   *
   * @param parent what a receiver decoded before
   * @throws IllegalArgumentException for another number of floats than the layout's
   */
  static Encoding of(DeltaCodec codec, Layout layout, float[] parent, float[] values) {
    byte[] payload = codec.encode(layout, parent, values);
    return checked(codec.name(), layout, values, payload, codec.decode(layout, parent, payload));
  }

  private static Encoding checked(
      String codec, Layout layout, float[] values, byte[] payload, AdapterCodec.Decoded decoded) {
    if (decoded instanceof AdapterCodec.Decoded.Refused refused) {
      return new Refused(
          codec,
          "expected floats that "
              + codec
              + " can hold, found some it cannot: "
              + refused.message());
    }
    float[] found = ((AdapterCodec.Decoded.Values) decoded).values();
    for (int i = 0; i < values.length; i++) {
      if (Float.isFinite(values[i]) && !Float.isFinite(found[i])) {
        return new Refused(
            codec,
            "expected floats that "
                + codec
                + " can hold, found "
                + values[i]
                + " in "
                + block(layout, i));
      }
    }
    return new Encoded(codec, payload, found);
  }

  private static String block(Layout layout, int index) {
    for (Block block : layout.blocks()) {
      if (index < layout.offset(block) + block.size()) {
        return block.name();
      }
    }
    throw new IllegalArgumentException("expected an index below " + layout.size());
  }
}
