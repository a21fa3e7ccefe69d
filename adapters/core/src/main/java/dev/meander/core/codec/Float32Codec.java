package dev.meander.core.codec;

import dev.meander.core.weights.Layout;
import java.nio.ByteBuffer;

/** Plain little-endian float32: exact, four bytes a float. Thread-safety: stateless. */
public final class Float32Codec implements AdapterCodec {

  @Override
  public String name() {
    return "float32";
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public byte[] encode(Layout layout, float[] values) {
    Payloads.checkFloats(layout, values);
    return Floats.encode(values).array();
  }

  @Override
  public Decoded decode(Layout layout, byte[] bytes) {
    Decoded.Refused refused = Payloads.wrongLength(4L * layout.size(), bytes);
    return refused != null ? refused : new Decoded.Values(Floats.decode(ByteBuffer.wrap(bytes)));
  }
}
