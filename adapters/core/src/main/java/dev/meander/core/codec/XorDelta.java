package dev.meander.core.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.meander.core.weights.Layout;

/**
 * The exact change: bits of the floats xor bits of the parent's, all lowest bytes first, then the
 * next (near floats differ only in those), compressed with Zstandard. Exact for every float, NaN
 * included.
 *
 * <p>Decompression writes into an array of four bytes a float and stops there, whatever size the
 * payload claims.
 *
 * <p>Thread-safety: stateless.
 */
final class XorDelta implements DeltaCodec {

  private static final int LEVEL = 3;

  @Override
  public String name() {
    return "xor-zstd";
  }

  @Override
  public byte[] encode(Layout layout, float[] parent, float[] values) {
    Payloads.checkFloats(layout, parent);
    Payloads.checkFloats(layout, values);
    int size = values.length;
    byte[] planes = new byte[Math.multiplyExact(Float.BYTES, size)];
    for (int i = 0; i < size; i++) {
      int change = Float.floatToRawIntBits(values[i]) ^ Float.floatToRawIntBits(parent[i]);
      for (int plane = 0; plane < Float.BYTES; plane++) {
        planes[plane * size + i] = (byte) (change >>> Byte.SIZE * plane);
      }
    }
    return Zstd.compress(planes, LEVEL);
  }

  @Override
  public AdapterCodec.Decoded decode(Layout layout, float[] parent, byte[] bytes) {
    Payloads.checkFloats(layout, parent);
    int size = parent.length;
    byte[] planes = new byte[Math.multiplyExact(Float.BYTES, size)];
    long found;
    try {
      found = Zstd.decompressByteArray(planes, 0, planes.length, bytes, 0, bytes.length);
    } catch (ZstdException e) {
      return Payloads.malformed(
          "expected "
              + planes.length
              + " bytes compressed with Zstandard, found: "
              + e.getMessage());
    }
    if (found != planes.length) {
      return new AdapterCodec.Decoded.Refused(
          CodecRefusal.WRONG_LENGTH,
          "expected " + planes.length + " bytes compressed with Zstandard, found " + found);
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      int change = 0;
      for (int plane = 0; plane < Float.BYTES; plane++) {
        change |= (planes[plane * size + i] & 0xff) << Byte.SIZE * plane;
      }
      values[i] = Float.intBitsToFloat(change ^ Float.floatToRawIntBits(parent[i]));
    }
    return new AdapterCodec.Decoded.Values(values);
  }
}
