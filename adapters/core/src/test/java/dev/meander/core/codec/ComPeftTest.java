package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.Seeds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComPeftTest {

  private static final int MANY = 400_000;

  private final ComPeft codec = ComPeft.leastSquares(.25);

  @Test
  void shouldKeepTheLargestAtTheirMeanSize() {
    float[] change = {.25f, -3, 0, 2, .5f, -.5f, .5f, 1};
    assertThat(roundTrip(ComPeft.leastSquares(.25), change))
        .containsExactly(0, -2.5f, 0, 2.5f, 0, 0, 0, 0);
    assertThat(roundTrip(ComPeft.leastSquares(.5), change))
        .as("the lower index among equal sizes")
        .containsExactly(0, -1.625f, 0, 1.625f, 1.625f, 0, 0, 1.625f);
    assertThat(roundTrip(ComPeft.leastSquares(1), change))
        .as("never a zero")
        .containsExactly(
            7.75f / 7, -7.75f / 7, 0, 7.75f / 7, 7.75f / 7, -7.75f / 7, 7.75f / 7, 7.75f / 7);
  }

  @Test
  void shouldScaleByDeviationsOfTheWholeChange() {
    float[] change = {1, -3, 0, 2}; // mean 0, squares 14, over 3
    float scale = (float) (2 * Math.sqrt(14 / 3.));
    assertThat(roundTrip(ComPeft.deviations(.5, 2), change)).containsExactly(0, -scale, 0, scale);
    float[] equal = {1, 1, 1, 1};
    assertThat(roundTrip(ComPeft.deviations(.5, 1), equal))
        .as("no deviation, no change")
        .containsOnly(0);
    assertThat(roundTrip(ComPeft.deviations(1, 1), new float[] {3})).containsExactly(0);
  }

  @Test
  void shouldKeepExactlyTheFloorOfTheDensity() {
    Seeds.forEach(
        30,
        random -> {
          int size = 1 + random.nextInt(3_000);
          double density = (1 + random.nextInt(100)) / 100.;
          float[] found =
              roundTrip(ComPeft.leastSquares(density), Seeds.gaussians(random, size, 1));
          int kept = 0;
          float scale = 0;
          for (float entry : found) {
            kept += entry == 0 ? 0 : 1;
            scale = Math.max(scale, entry);
          }
          assertThat(kept).isEqualTo((int) (Math.round(density * 100) * size / 100));
          for (float entry : found) {
            assertThat(entry == 0 || Math.abs(entry) == Math.abs(scale) || scale == 0).isTrue();
          }
        });
    assertThat(nonZeros(roundTrip(ComPeft.leastSquares(.29), ramp(100)))).isEqualTo(29);
    assertThat(nonZeros(roundTrip(ComPeft.leastSquares(.05), ramp(19)))).isZero();
  }

  @Test
  void shouldMeetTheGoldenSizesAndErrorsOfGaussianChanges() {
    double[][] golden = { // density, bits of the entropy, mean size, relative squared error
      {.05, .3364, 2.338, .727},
      {.1, .5690, 2.063, .575},
      {.2, .9219, 1.755, .384},
      {.5, 1.5, 1.271, .192}
    };
    for (double[] row : golden) {
      Seeds.with(
          1,
          random -> {
            float[] change = Seeds.gaussians(random, MANY, 1);
            byte[] bytes = ComPeft.leastSquares(row[0]).encode(layout(MANY), change);
            float[] found = values(ComPeft.leastSquares(row[0]), bytes, MANY);
            double bits = 8. * bytes.length / MANY;
            assertThat(bits).isBetween(row[1], row[1] * 1.04);
            assertThat((double) max(found)).isCloseTo(row[2], within(.01));
            assertThat(squares(change, found) / squares(change, new float[MANY]))
                .isCloseTo(row[3], within(.004));
          });
    }
  }

  @Test
  void shouldTakeAtMost345ThousandthsOfABitAtDensityFiveHundredths() {
    Seeds.forEach(
        5,
        random -> {
          float[] change = Seeds.gaussians(random, MANY, 1e-3);
          byte[] bytes = ComPeft.leastSquares(.05).encode(layout(MANY), change);
          assertThat(bytes[Integer.BYTES]).as("low bits").isEqualTo((byte) 4);
          assertThat(8. * bytes.length / MANY).isCloseTo(.3393, within(.003)).isLessThan(.345);
          assertThat(4. * MANY / bytes.length).as("times smaller than float32").isGreaterThan(30);
          float[] few = Seeds.gaussians(random, 1_376, 1e-3);
          assertThat(4. * 1_376 / ComPeft.leastSquares(.05).encode(layout(1_376), few).length)
              .as("times smaller for the norm parameters of a ResNet-20")
              .isGreaterThan(30);
        });
  }

  @Test
  void shouldChangeNothingThatItDecodedBefore() {
    Seeds.forEach(
        10,
        random -> {
          float[] once = roundTrip(codec, Seeds.gaussians(random, 1_000, 1));
          assertThat(roundTrip(codec, once)).isEqualTo(once);
        });
  }

  @Test
  void shouldErrLessWhenItKeepsMore() {
    float[] change = new float[10_000];
    Seeds.with(
        3, random -> System.arraycopy(Seeds.gaussians(random, 10_000, 1), 0, change, 0, 10_000));
    double before = Double.MAX_VALUE;
    for (double density : new double[] {.01, .05, .1, .2, .3, .5}) {
      double error = squares(change, roundTrip(ComPeft.leastSquares(density), change));
      assertThat(error).isLessThan(before);
      before = error;
    }
  }

  @Test
  void shouldEncodeEdges() {
    assertThat(roundTrip(codec, new float[0])).isEmpty();
    assertThat(roundTrip(codec, new float[50])).containsOnly(0);
    float[] equal = new float[8];
    Arrays.fill(equal, -2);
    assertThat(roundTrip(codec, equal)).containsExactly(-2, -2, 0, 0, 0, 0, 0, 0);
    float[] single = new float[1_000];
    single[999] = Float.MIN_VALUE;
    assertThat(roundTrip(codec, single)).isEqualTo(single);
    assertThat(roundTrip(ComPeft.leastSquares(1), new float[] {-7})).containsExactly(-7);
    float[] large = {Float.MAX_VALUE, -Float.MAX_VALUE};
    assertThat(roundTrip(ComPeft.leastSquares(1), large)).isEqualTo(large);
  }

  @Test
  void shouldCodeEveryGap() {
    for (int lowBits = 0; lowBits <= 30; lowBits++) {
      BitWriter bits = new BitWriter(0, 0);
      int[] gaps = {
        0, 1, 23, 24, 25, 383, 384, 1 << 20, (24 << lowBits % 26) - 1, Integer.MAX_VALUE
      };
      for (int gap : gaps) {
        GolombRice.write(bits, gap, lowBits);
      }
      BitReader reader = new BitReader(bits.toBytes(new byte[0]), 0);
      for (int gap : gaps) {
        assertThat(GolombRice.read(reader, lowBits)).as("%d low bits", lowBits).isEqualTo(gap);
      }
      assertThat(reader.isPastEnd()).isFalse();
      assertThat(reader.isPadding()).isTrue();
    }
    assertThat(ComPeft.lowBits(0, 9)).isZero();
    assertThat(ComPeft.lowBits(9, 9)).isZero();
    assertThat(ComPeft.lowBits(5, 10)).isZero();
    assertThat(ComPeft.lowBits(5, 100)).isEqualTo(4);
    assertThat(ComPeft.lowBits(1, Integer.MAX_VALUE)).isEqualTo(30);
  }

  @Test
  void shouldRefuseWhatItNeverWrites() {
    byte[] good = codec.encode(layout(8), ramp(8)); // entries 6 and 7
    refuses(new byte[3], "expected a payload of at least 9 bytes, found 3");
    refuses(with(good, 0, 9), "expected 0 to 8 entries, found 9");
    refuses(with(good, 3, 0x80), "expected 0 to 8 entries, found 2147483650");
    refuses(with(good, 4, 31), "expected 0 to 30 low bits of a gap, found 31");
    refuses(with(good, 8, 0xbf), "expected a finite scale >= 0, found -1.875");
    refuses(with(good, 0, 8), "expected entry 2 among 8 floats, found it beyond");
    refuses(Arrays.copyOf(good, 9), "expected 2 entries, found bytes for 0");
    refuses(
        Arrays.copyOf(good, good.length + 1),
        "expected less than a byte of zeros after the last entry, found others");
    refuses(
        with(good, 0, 1), "expected less than a byte of zeros after the last entry, found others");
    byte[] escape = Arrays.copyOf(good, 9 + 8);
    Arrays.fill(escape, 9, 12, (byte) 0xff);
    refuses(escape, "expected entry 0 among 8 floats, found it beyond");
    refuses(
        codec.encode(layout(8), new float[] {1, 2, 3, Float.NaN, 5, 6, 7, 8}),
        "expected a finite scale >= 0, found NaN");
    refuses(
        ComPeft.leastSquares(.1)
            .encode(layout(8), new float[] {1, 2, Float.NEGATIVE_INFINITY, 0, 0, 0, 0, 0}),
        "expected a finite scale >= 0, found NaN");
  }

  @Test
  void shouldRefuseSettingsOutOfRange() {
    assertThatThrownBy(() -> ComPeft.leastSquares(0))
        .hasMessage("expected a density above 0 and at most 1, found 0.0");
    assertThatThrownBy(() -> ComPeft.leastSquares(1.5))
        .hasMessage("expected a density above 0 and at most 1, found 1.5");
    assertThatThrownBy(() -> ComPeft.deviations(.1, Double.NaN))
        .hasMessage("expected an alpha above 0, found NaN");
  }

  private void refuses(byte[] bytes, String message) {
    assertThat(codec.decode(layout(8), bytes))
        .isInstanceOfSatisfying(
            AdapterCodec.Decoded.Refused.class,
            refused -> assertThat(refused.message()).isEqualTo(message));
  }

  private static byte[] with(byte[] bytes, int index, int value) {
    byte[] changed = bytes.clone();
    changed[index] = (byte) value;
    return changed;
  }

  private static float[] ramp(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i + 1;
    }
    return values;
  }

  private static double squares(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return sum;
  }

  private static float max(float[] values) {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static int nonZeros(float[] values) {
    int count = 0;
    for (float value : values) {
      count += value == 0 ? 0 : 1;
    }
    return count;
  }

  private static float[] roundTrip(ComPeft codec, float[] change) {
    return values(codec, codec.encode(layout(change.length), change), change.length);
  }

  private static float[] values(ComPeft codec, byte[] bytes, int size) {
    return ((AdapterCodec.Decoded.Values) codec.decode(layout(size), bytes)).values();
  }

  private static Layout layout(int size) {
    return new Layout(List.of(new Block("gain", Role.GAIN, size)));
  }
}
