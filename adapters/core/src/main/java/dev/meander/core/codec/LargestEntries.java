package dev.meander.core.codec;

import java.util.BitSet;

/**
 * Selects the entries of largest size by counting their bit patterns, which order like the sizes;
 * NaN is the largest. Linear in the entries. Thread-safety: stateless.
 */
final class LargestEntries {

  private static final int LOW_BITS = 15;
  private static final int LOW_MASK = (1 << LOW_BITS) - 1;
  private static final int SIZE_MASK = 0x7fffffff;

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
    int[] counts = new int[1 << Integer.SIZE - 1 - LOW_BITS];
    for (float value : values) {
      counts[size(value) >>> LOW_BITS]++;
    }
    int above = 0;
    int high = counts.length - 1;
    while (above + counts[high] < wanted) {
      above += counts[high--];
    }
    int[] lowCounts = new int[LOW_MASK + 1];
    for (float value : values) {
      int size = size(value);
      if (size >>> LOW_BITS == high) {
        lowCounts[size & LOW_MASK]++;
      }
    }
    int low = LOW_MASK;
    while (above + lowCounts[low] < wanted) {
      above += lowCounts[low--];
    }
    int least = high << LOW_BITS | low;
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
    return Float.floatToRawIntBits(value) & SIZE_MASK;
  }
}
