package dev.meander.core.codec;

/** Why bytes are not decoded. */
public enum CodecRefusal {
  /** Fewer or more bytes than the layout asks for. */
  WRONG_LENGTH,
  /** Bytes that the codec never writes. */
  MALFORMED
}
