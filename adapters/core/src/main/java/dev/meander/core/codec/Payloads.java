package dev.meander.core.codec;

import dev.meander.core.weights.Layout;
import org.jspecify.annotations.Nullable;

/** Checks that every codec makes. */
final class Payloads {

  private Payloads() {}

  static void checkFloats(Layout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected " + layout.size() + " floats, found " + values.length);
    }
  }

  static AdapterCodec.Decoded.@Nullable Refused wrongLength(long expected, byte[] bytes) {
    return bytes.length == expected
        ? null
        : new AdapterCodec.Decoded.Refused(
            CodecRefusal.WRONG_LENGTH,
            "expected a payload of " + expected + " bytes, found " + bytes.length);
  }

  static AdapterCodec.Decoded.Refused malformed(String message) {
    return new AdapterCodec.Decoded.Refused(CodecRefusal.MALFORMED, message);
  }
}
