package dev.meander.core.wire;

import dev.meander.core.weights.Layout;

/**
 * Encodes the floats of an adapter.
 *
 * <p>Thread-safety: implementations are stateless.
 */
public interface AdapterCodec {

  /** Name on the wire. */
  String name();

  /** Encodes {@code layout.size()} floats. */
  byte[] encode(Layout layout, float[] values);

  /**
   * Decodes; total: every input gives floats or a named refusal, and allocates no more than the
   * layout asks for.
   */
  Decoded decode(Layout layout, byte[] bytes);

  /** What decoding gave. */
  sealed interface Decoded {

    /** All floats of the layout. */
    record Values(float[] values) implements Decoded {}

    /** Why there are none. */
    record Refused(AdapterRefusal reason, String message) implements Decoded {}
  }
}
