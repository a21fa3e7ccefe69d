package dev.meander.core.codec;

/**
 * The Golomb-Rice code of a gap: its quotient by {@code 2^lowBits} in unary, then the low bits. A
 * quotient of 24 or more is written as 24 ones and the gap's 32 bits, so that no gap takes more
 * than 56 bits. Thread-safety: stateless.
 */
final class GolombRice {

  /** Quotients from here on are escaped. */
  static final int ESCAPE = 24;

  private GolombRice() {}

  /** Writes {@code gap}, 0 to 2^31 - 1. */
  static void write(BitWriter bits, int gap, int lowBits) {
    int quotient = gap >>> lowBits;
    if (quotient >= ESCAPE) {
      bits.write((1 << ESCAPE) - 1, ESCAPE);
      bits.write(gap, Integer.SIZE);
      return;
    }
    bits.write((1 << quotient + 1) - 2, quotient + 1);
    bits.write(gap & (1 << lowBits) - 1, lowBits);
  }

  /** The next gap; -1 for an escape that {@link #write} does not make. */
  static long read(BitReader bits, int lowBits) {
    int quotient = 0;
    while (quotient < ESCAPE && bits.read(1) == 1) {
      quotient++;
    }
    if (quotient < ESCAPE) {
      return (long) quotient << lowBits | bits.read(lowBits);
    }
    long gap = bits.read(Integer.SIZE);
    return gap <= Integer.MAX_VALUE && gap >>> lowBits >= ESCAPE ? gap : -1;
  }
}
