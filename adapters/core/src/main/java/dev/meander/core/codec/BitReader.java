package dev.meander.core.codec;

/** Reads bits from the top of each byte; zeros after the end. Thread-safety: none. */
final class BitReader {

  private final byte[] bytes;
  private int next;
  private long held;
  private int heldBits;
  private boolean pastEnd;

  /**
   * @param bytes read, not copied
   * @param offset first byte
   */
  BitReader(byte[] bytes, int offset) {
    this.bytes = bytes;
    this.next = offset;
  }

  /** The next {@code count} bits, 0 to 32 of them, as an unsigned number. */
  long read(int count) {
    while (heldBits < count) {
      if (next < bytes.length) {
        held = held << Byte.SIZE | bytes[next++] & 0xff;
      } else {
        held <<= Byte.SIZE;
        pastEnd = true;
      }
      heldBits += Byte.SIZE;
    }
    heldBits -= count;
    return held >>> heldBits & (1L << count) - 1;
  }

  /** True when bits were read that are not there. */
  boolean isPastEnd() {
    return pastEnd;
  }

  /** True when less than a byte is left and all of it is zero. */
  boolean isPadding() {
    return next == bytes.length && (held & (1L << heldBits) - 1) == 0;
  }
}
