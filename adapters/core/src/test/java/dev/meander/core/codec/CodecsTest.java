package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.Seeds;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every codec in the tables keeps to. */
class CodecsTest {

  private final Layout layout =
      new Layout(List.of(new Block("a", Role.GAIN, 7), new Block("b", Role.WEIGHT, 3, 5)));

  @Test
  void shouldFindCodecsByTheNameTheyWrite() {
    assertThat(Codecs.wholeNames())
        .containsExactlyInAnyOrder("float32", "float16", "bfloat16", "int8");
    assertThat(Codecs.deltaNames())
        .containsExactlyInAnyOrder("float16", "bfloat16", "int8", "compeft", "xor-zstd");
    Codecs.wholeNames()
        .forEach(name -> assertThat(Codecs.whole(name).orElseThrow().name()).isEqualTo(name));
    Codecs.deltaNames()
        .forEach(name -> assertThat(Codecs.delta(name).orElseThrow().name()).isEqualTo(name));
    assertThat(Codecs.whole("no-such")).isEmpty();
    assertThat(Codecs.delta("no-such")).isEmpty();
  }

  @Test
  void shouldDecodeNearWhatWasEncoded() {
    Seeds.forEach(
        20,
        random -> {
          float[] values = Seeds.gaussians(random, layout.size(), 1);
          float[] parent = Seeds.gaussians(random, layout.size(), 1);
          float[] parentBefore = parent.clone();
          for (String name : Codecs.wholeNames()) {
            AdapterCodec codec = Codecs.whole(name).orElseThrow();
            near(name, codec.decode(layout, codec.encode(layout, values)), values);
          }
          for (String name : Codecs.deltaNames()) {
            DeltaCodec codec = Codecs.delta(name).orElseThrow();
            byte[] bytes = codec.encode(layout, parent, values);
            if (!name.equals("compeft")) { // keeps one entry of 22
              near(name, codec.decode(layout, parent, bytes), values);
            }
          }
          assertThat(parent).isEqualTo(parentBefore);
        });
  }

  @Test
  void shouldRefuseAnotherLength() {
    for (String name : Codecs.wholeNames()) {
      AdapterCodec codec = Codecs.whole(name).orElseThrow();
      int expected = codec.encode(layout, new float[layout.size()]).length;
      for (int found : new int[] {0, 1, expected - 1, expected + 1, 4 * expected}) {
        assertThat(codec.decode(layout, new byte[found]))
            .isEqualTo(
                new AdapterCodec.Decoded.Refused(
                    CodecRefusal.WRONG_LENGTH,
                    "expected a payload of " + expected + " bytes, found " + found));
      }
      assertThatThrownBy(() -> codec.encode(layout, new float[3]))
          .hasMessage("expected 22 floats, found 3");
    }
  }

  @Test
  void shouldEncodeOnlyChangesOfOneLayout() {
    float[] right = new float[layout.size()];
    float[] wrong = new float[3];
    for (String name : Codecs.deltaNames()) {
      DeltaCodec codec = Codecs.delta(name).orElseThrow();
      byte[] bytes = codec.encode(layout, right, right);
      List.<ThrowingCallable>of(
              () -> codec.encode(layout, wrong, right),
              () -> codec.encode(layout, right, wrong),
              () -> codec.decode(layout, wrong, bytes))
          .forEach(call -> assertThatThrownBy(call).hasMessage("expected 22 floats, found 3"));
    }
  }

  /** bfloat16 keeps 8 bits; a difference of two such numbers is below 16. */
  private static void near(String name, AdapterCodec.Decoded decoded, float[] values) {
    assertThat(decoded).as(name).isInstanceOf(AdapterCodec.Decoded.Values.class);
    float[] found = ((AdapterCodec.Decoded.Values) decoded).values();
    assertThat(found).as(name).hasSameSizeAs(values);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) Math.abs(found[i] - values[i])).as(name).isLessThan(16 * 0x1p-8);
    }
  }
}
