package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class Int8CodecTest {

  private final Int8Codec codec = new Int8Codec();

  @Test
  void shouldWriteTheScaleAndOneByteAFloat() {
    byte[] bytes = codec.encode(gains(4), new float[] {0, 1.27f, -.635f, .014f});
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(buffer.getFloat()).isEqualTo(1.27f / 127);
    assertThat(Arrays.copyOfRange(bytes, 4, 8)).containsExactly(0, 127, -64, 1);
    assertThat(values(gains(4), bytes)).containsExactly(0, .01f * 127, -.01f * 64, .01f);
  }

  @Test
  void shouldStayWithinHalfAScale() {
    Seeds.forEach(
        20,
        random -> {
          float[] values = Seeds.gaussians(random, 1_000, Math.exp(10 * random.nextGaussian()));
          float[] found = values(gains(1_000), codec.encode(gains(1_000), values));
          for (int from = 0; from < values.length; from += 64) {
            int to = Math.min(from + 64, values.length);
            float max = 0;
            for (int i = from; i < to; i++) {
              max = Math.max(max, Math.abs(values[i]));
            }
            for (int i = from; i < to; i++) {
              double error = Math.abs((double) found[i] - values[i]);
              assertThat(error).isLessThanOrEqualTo(max / 254 * (1 + 1e-5));
            }
          }
        });
  }

  @Test
  void shouldTakeAQuarterOfFloat32AndAScalePer64Floats() {
    for (int size : new int[] {0, 1, 63, 64, 65, 1_376}) {
      int groups = (size + 63) / 64;
      assertThat(codec.encode(gains(size), new float[size])).hasSize(size + 4 * groups);
    }
    assertThat(8. * codec.encode(gains(64_000), new float[64_000]).length / 64_000).isEqualTo(8.5);
  }

  @Test
  void shouldNotShareAScaleBetweenBlocks() {
    Layout layout =
        new Layout(List.of(new Block("a", Role.GAIN, 2), new Block("b", Role.RUNNING_VARIANCE, 2)));
    float[] found = values(layout, codec.encode(layout, new float[] {1, .5f, 10_000, 5_000}));
    assertThat(Math.abs(found[1] - .5f)).isLessThan(.004f);
    assertThat(Math.abs(found[3] - 5_000)).isLessThan(40);
  }

  @Test
  void shouldDecodeWhatItDecodedOnceMore() {
    Seeds.forEach(
        20,
        random -> {
          float[] values = Seeds.gaussians(random, 200, 1);
          float[] once = values(gains(200), codec.encode(gains(200), values));
          float[] twice = values(gains(200), codec.encode(gains(200), once));
          for (int i = 0; i < once.length; i++) {
            assertThat(Math.abs(twice[i] - once[i])).isLessThanOrEqualTo(2 * Math.ulp(once[i]));
          }
        });
  }

  @Test
  void shouldKeepTheLargestAndTheSmallestFloats() {
    float[] extremes = {Float.MAX_VALUE, -Float.MAX_VALUE, 0, 1};
    float[] found = values(gains(4), codec.encode(gains(4), extremes));
    assertThat(found[0]).isFinite().isGreaterThan(Float.MAX_VALUE * .999f);
    assertThat(found[1]).isEqualTo(-found[0]);
    assertThat(found[2]).isZero();
    float[] smallest = {Float.MIN_VALUE, -Float.MIN_VALUE, 0, 0};
    assertThat(values(gains(4), codec.encode(gains(4), smallest))).containsOnly(0f);
  }

  @Test
  void shouldRefuseWhatItNeverWrites() {
    for (float float32 : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThat(codec.decode(gains(2), codec.encode(gains(2), new float[] {1, float32})))
          .isEqualTo(
              new AdapterCodec.Decoded.Refused(
                  CodecRefusal.MALFORMED,
                  "expected a scale of 0 to 2.6793884E36 in gain, found " + float32));
    }
    byte[] negative = {0, 0, (byte) 0x80, (byte) 0xbf, 1};
    assertThat(codec.decode(gains(1), negative))
        .isEqualTo(
            new AdapterCodec.Decoded.Refused(
                CodecRefusal.MALFORMED,
                "expected a scale of 0 to 2.6793884E36 in gain, found -1.0"));
    byte[] unused = {0, 0, (byte) 0x80, 0x3f, (byte) 0x80};
    assertThat(codec.decode(gains(1), unused))
        .isEqualTo(
            new AdapterCodec.Decoded.Refused(
                CodecRefusal.MALFORMED, "expected bytes of -127 to 127 in gain, found -128"));
  }

  private float[] values(Layout layout, byte[] bytes) {
    return ((AdapterCodec.Decoded.Values) codec.decode(layout, bytes)).values();
  }

  private static Layout gains(int size) {
    return new Layout(List.of(new Block("gain", Role.GAIN, size)));
  }
}
