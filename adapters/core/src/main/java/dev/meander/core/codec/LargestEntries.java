package dev.meander.core.codec;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Selects the entries of largest size by counting their bit patterns, which order like the sizes;
 * NaN is the largest. Linear in the entries. Thread-safety: stateless.
 */
final class LargestEntries {

  private static final int SIZE_BITS = Integer.SIZE - 1;

  /** The pattern of the smallest entry kept is found in three digits, from the top. */
  private static final int[] SHIFTS = {20, 10, 0};

  private LargestEntries() {}

  /**
   * Indices of the {@code wanted} largest of {@code values}, the lower index first among equal
   * sizes. Zeros are never among them, so there may be fewer.
   */
  static BitSet of(float[] values, int wanted) {
    BitSet kept = new BitSet(values.length);
    if (wanted == 0) {
      return kept;
    }
    int[] counts = new int[1 << SIZE_BITS - SHIFTS[0]];
    int least = 0;
    int above = 0;
    int known = SIZE_BITS;
    for (int shift : SHIFTS) {
      Arrays.fill(counts, 0);
      int mask = (1 << known - shift) - 1;
      for (float value : values) {
        int size = size(value);
        if (size >>> known == least >>> known) {
          counts[size >>> shift & mask]++;
        }
      }
      int digit = mask;
      while (above + counts[digit] < wanted) {
        above += counts[digit--];
      }
      least |= digit << shift;
      known = shift;
    }
    int equal = least == 0 ? 0 : wanted - above;
    for (int i = 0; i < values.length; i++) {
      int size = size(values[i]);
      if (size > least || size == least && equal-- > 0) {
        kept.set(i);
      }
    }
    return kept;
  }

  private static int size(float value) {
    return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
  }
}
