package dev.meander.core.codec;

import dev.meander.core.weights.Layout;

/**
 * The difference to the parent, encoded by any codec of floats and added in float32 when decoded.
 *
 * @param codec encodes the difference; gives its name
 */
record AdditiveDelta(AdapterCodec codec) implements DeltaCodec {

  @Override
  public String name() {
    return codec.name();
  }

  @Override
  public byte[] encode(Layout layout, float[] parent, float[] values) {
    Payloads.checkFloats(layout, parent);
    Payloads.checkFloats(layout, values);
    float[] change = new float[values.length];
    for (int i = 0; i < change.length; i++) {
      change[i] = values[i] - parent[i];
    }
    return codec.encode(layout, change);
  }

  @Override
  public AdapterCodec.Decoded decode(Layout layout, float[] parent, byte[] bytes) {
    Payloads.checkFloats(layout, parent);
    AdapterCodec.Decoded decoded = codec.decode(layout, bytes);
    if (decoded instanceof AdapterCodec.Decoded.Values values) {
      for (int i = 0; i < parent.length; i++) {
        values.values()[i] += parent[i];
      }
    }
    return decoded;
  }
}
