package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.AllocatedBytes;
import dev.meander.kit.Seeds;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class XorDeltaTest {

  private final XorDelta codec = new XorDelta();

  @Test
  void shouldKeepEveryBitOfEveryFloat() {
    Seeds.forEach(
        20,
        random -> {
          int size = random.nextInt(500);
          float[] parent = new float[size];
          float[] values = new float[size];
          for (int i = 0; i < size; i++) { // NaN, infinity and denormals among them
            parent[i] = Float.intBitsToFloat(random.nextInt());
            values[i] = Float.intBitsToFloat(random.nextInt());
          }
          float[] found = values(parent, codec.encode(layout(size), parent, values));
          for (int i = 0; i < size; i++) {
            assertThat(Float.floatToRawIntBits(found[i]))
                .isEqualTo(Float.floatToRawIntBits(values[i]));
          }
        });
  }

  @Test
  void shouldShrinkChangesThatAreSmallOrSparse() {
    int size = 100_000;
    Seeds.with(
        1,
        random -> {
          float[] parent = Seeds.gaussians(random, size, 1);
          float[] near = parent.clone();
          float[] sparse = parent.clone();
          for (int i = 0; i < size; i++) {
            near[i] *= 1 + 1e-4f * (float) random.nextGaussian();
            sparse[i] = i % 20 == 0 ? (float) random.nextGaussian() : parent[i];
          }
          assertThat(bits(parent, parent)).isLessThan(.1);
          assertThat(bits(parent, sparse)).isLessThan(3);
          assertThat(bits(parent, near)).isLessThan(20);
          assertThat(bits(parent, Seeds.gaussians(random, size, 1))).isLessThan(32);
        });
  }

  @Test
  void shouldNotDecompressBeyondTheLayout() {
    float[] parent = new float[10];
    byte[] bomb = Zstd.compress(new byte[50_000_000]);
    assertThat(bomb.length).isLessThan(5_000);
    refuses(
        parent,
        bomb,
        CodecRefusal.MALFORMED,
        "expected 40 bytes compressed with Zstandard, found: Destination buffer is too small");
    refuses(
        parent,
        Zstd.compress(new byte[39]),
        CodecRefusal.WRONG_LENGTH,
        "expected 40 bytes compressed with Zstandard, found 39");
    refuses(
        parent,
        new byte[0],
        CodecRefusal.WRONG_LENGTH,
        "expected 40 bytes compressed with Zstandard, found 0");
    refuses(
        parent,
        new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9},
        CodecRefusal.MALFORMED,
        "expected 40 bytes compressed with Zstandard, found: Src size is incorrect");
    byte[] good = codec.encode(layout(10), parent, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    refuses(
        parent,
        Arrays.copyOf(good, good.length - 1),
        CodecRefusal.MALFORMED,
        "expected 40 bytes compressed with Zstandard, found: Src size is incorrect");
    assertThat(AllocatedBytes.of(() -> codec.decode(layout(10), parent, bomb)).bytes())
        .isLessThan(AdapterCodec.allocationBytesMax(layout(10)));
  }

  private void refuses(float[] parent, byte[] bytes, CodecRefusal reason, String message) {
    assertThat(codec.decode(layout(parent.length), parent, bytes))
        .isEqualTo(new AdapterCodec.Decoded.Refused(reason, message));
  }

  private double bits(float[] parent, float[] values) {
    byte[] bytes = codec.encode(layout(parent.length), parent, values);
    assertThat(values(parent, bytes)).isEqualTo(values);
    return 8. * bytes.length / parent.length;
  }

  private float[] values(float[] parent, byte[] bytes) {
    return ((AdapterCodec.Decoded.Values) codec.decode(layout(parent.length), parent, bytes))
        .values();
  }

  private static Layout layout(int size) {
    return new Layout(List.of(new Block("gain", Role.GAIN, size)));
  }
}
