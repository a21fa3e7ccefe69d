package dev.meander.core.wire;

import dev.meander.core.weights.Layout;
import java.nio.ByteBuffer;

/** Plain little-endian float32: exact, four bytes a float. Thread-safety: stateless. */
public final class Float32Codec implements AdapterCodec {

  @Override
  public String name() {
    return "float32";
  }

  @Override
  public byte[] encode(Layout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected " + layout.size() + " floats, found " + values.length);
    }
    return Floats.encode(values).array();
  }

  @Override
  public Decoded decode(Layout layout, byte[] bytes) {
    long expected = 4L * layout.size();
    if (bytes.length != expected) {
      return new Decoded.Refused(
          AdapterRefusal.TRUNCATED,
          "expected a payload of " + expected + " bytes, found " + bytes.length);
    }
    return new Decoded.Values(Floats.decode(ByteBuffer.wrap(bytes)));
  }
}
