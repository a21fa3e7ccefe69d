package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Seeds;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LargestEntriesTest {

  @Test
  void shouldSelectWhatSortingSelects() {
    Seeds.forEach(
        200,
        random -> {
          int size = 1 + random.nextInt(300);
          float[] values = new float[size];
          for (int i = 0; i < size; i++) { // any floats, or few different ones
            values[i] =
                random.nextBoolean()
                    ? Float.intBitsToFloat(random.nextInt())
                    : random.nextInt(5) - 2;
          }
          int wanted = random.nextInt(size + 1);
          assertThat(LargestEntries.of(values, wanted)).isEqualTo(sorted(values, wanted));
        });
  }

  /** The plain way: by size, then by index. NaN of any sign is the largest, by its bits. */
  private static BitSet sorted(float[] values, int wanted) {
    List<Integer> order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> -bits(values[i])).thenComparing(i -> i))
            .toList();
    BitSet kept = new BitSet();
    order.subList(0, wanted).stream().filter(i -> bits(values[i]) > 0).forEach(kept::set);
    return kept;
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
  }
}
