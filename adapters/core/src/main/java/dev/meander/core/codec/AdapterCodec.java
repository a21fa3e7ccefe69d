package dev.meander.core.codec;

import dev.meander.core.weights.Layout;

/**
 * Encodes the floats of an adapter, each for itself: whole values, or a change that is added to a
 * parent (see {@link DeltaCodec}).
 *
 * <p>Thread-safety: implementations are stateless.
 */
public interface AdapterCodec {

  /** Name on the wire. */
  String name();

  /** True when every float, whatever its bits, decodes to itself. */
  default boolean isExact() {
    return false;
  }

  /**
   * Encodes {@code layout.size()} floats. Floats that the codec cannot hold are encoded so that
   * decoding gives infinity or refuses; {@link Encoding} finds them.
   *
   * @throws IllegalArgumentException for another number of floats
   */
  byte[] encode(Layout layout, float[] values);

  /**
   * Decodes; total: every input gives floats or a named refusal, and takes no more heap than {@link
   * #allocationBytesMax}, whatever sizes the bytes claim.
   */
  Decoded decode(Layout layout, byte[] bytes);

  /**
   * Most heap that decoding takes, in bytes: 8 a float, 512 a block and 16 KiB, the floats
   * included.
   */
  static long allocationBytesMax(Layout layout) {
    return 2L * Float.BYTES * layout.size() + 512L * layout.blocks().size() + 16 * 1024;
  }

  /** What decoding gave. */
  sealed interface Decoded {

    /** All floats of the layout. */
    record Values(float[] values) implements Decoded {}

    /**
     * Why there are none.
     *
     * @param message expected and found
     */
    record Refused(CodecRefusal reason, String message) implements Decoded {}
  }
}
