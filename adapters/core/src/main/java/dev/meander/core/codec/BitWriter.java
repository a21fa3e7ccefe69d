package dev.meander.core.codec;

import java.util.Arrays;

/** Appends bits, filling bytes from the top. Thread-safety: none. */
final class BitWriter {

  private byte[] bytes;
  private int length;
  private long held;
  private int heldBits;

  /**
   * @param offset bytes left free in front
   * @param expected bytes that will be written, about
   */
  BitWriter(int offset, long expected) {
    this.bytes = new byte[(int) Math.min(Integer.MAX_VALUE - 16, offset + expected + 16)];
    this.length = offset;
  }

  /** Appends the low {@code count} bits of {@code bits}, 0 to 32 of them. */
  void write(int bits, int count) {
    held = held << count | bits & (1L << count) - 1;
    heldBits += count;
    while (heldBits >= Byte.SIZE) {
      heldBits -= Byte.SIZE;
      append((byte) (held >>> heldBits));
    }
  }

  private void append(byte value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.addExact(length, (length >> 1) + 16));
    }
    bytes[length++] = value;
  }

  /** Everything written, the last byte filled up with zeros, behind {@code front}. */
  byte[] toBytes(byte[] front) {
    if (heldBits > 0) {
      write(0, Byte.SIZE - heldBits);
    }
    System.arraycopy(front, 0, bytes, 0, front.length);
    return Arrays.copyOf(bytes, length);
  }
}
