package dev.meander.core.codec;

import dev.meander.core.weights.Layout;

/**
 * Encodes the floats of an adapter as a change against the floats of a named parent, both of one
 * layout.
 *
 * <p>Thread-safety: implementations are stateless.
 */
public interface DeltaCodec {

  /** Name on the wire. */
  String name();

  /**
   * Encodes the change from {@code parent} to {@code values}.
   *
   * @throws IllegalArgumentException when either has another number of floats than the layout
   */
  byte[] encode(Layout layout, float[] parent, float[] values);

  /**
   * Decodes to whole values; total: every input gives floats or a named refusal, and takes no more
   * heap than {@link AdapterCodec#allocationBytesMax}.
   *
   * @param parent {@code layout.size()} floats; not changed
   */
  AdapterCodec.Decoded decode(Layout layout, float[] parent, byte[] bytes);
}
