package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CodecChoiceTest {

  private static final int SIZE = 640;

  private final Layout layout =
      new Layout(List.of(new Block("a", Role.GAIN, 64), new Block("b", Role.WEIGHT, 9, 64)));
  private final float[] base = new float[SIZE];
  private final float[] values = Seeds.gaussians(new SplittableRandom(1), SIZE, 1);

  @Test
  void shouldTakeTheNamedCodecWhateverItErrs() {
    for (String name : Codecs.wholeNames()) {
      assertThat(CodecChoice.configured(name, "auto", .05, 0).whole(layout, values, base).codec())
          .isEqualTo(name);
    }
    for (String name : Codecs.deltaNames()) {
      assertThat(
              CodecChoice.configured("auto", name, .05, 0)
                  .delta(layout, base, values, base)
                  .codec())
          .isEqualTo(name);
    }
  }

  @Test
  void shouldTakeTheSmallestWholeCodecWithinTheError() {
    // int8: a step of about 3 / 127 and 1 / sqrt(12) of it: .007; bfloat16: 2^-9 / sqrt(3)-ish
    whole(.02, "int8", 8 + .5);
    whole(.004, "float16", 16); // as long as bfloat16 and errs less
    whole(1e-3, "float16", 16);
    whole(1e-5, "float32", 32);
    whole(0, "float32", 32);
  }

  @Test
  void shouldTakeTheSmallestDeltaWithinTheError() {
    float[] parent = values.clone();
    parent[3] += 2;
    parent[100] -= 2;
    assertThat(delta(1e-6, parent)).as("two equal entries of 640").isEqualTo("compeft");
    float[] far = Seeds.gaussians(new SplittableRandom(2), SIZE, .3);
    for (int i = 0; i < SIZE; i++) {
      far[i] += values[i];
    }
    assertThat(delta(.3, far)).isEqualTo("compeft");
    assertThat(delta(.02, far)).isEqualTo("int8");
    assertThat(delta(1e-3, far)).isEqualTo("float16");
    assertThat(delta(0, far)).isEqualTo("xor-zstd");
  }

  @Test
  void shouldKeepTheDensityThatIsConfigured() {
    byte[] sparse = payload(CodecChoice.configured("float32", "compeft", .05, 0));
    byte[] dense = payload(CodecChoice.configured("float32", "compeft", .5, 0));
    assertThat(sparse[0]).isEqualTo((byte) 32);
    assertThat(dense.length).isGreaterThan(3 * sparse.length);
  }

  private byte[] payload(CodecChoice choice) {
    return ((Encoding.Encoded) choice.delta(layout, base, values, base)).payload();
  }

  @Test
  void shouldStepAsideWhenACodecCannotHoldAFloat() {
    float[] large = values.clone();
    large[600] = 70_000;
    assertThat(CodecChoice.configured("float16", "auto", .05, 0).whole(layout, large, base))
        .isEqualTo(
            new Encoding.Refused(
                "float16", "expected floats that float16 can hold, found 70000.0 in b"));
    assertThat(CodecChoice.configured("auto", "auto", .05, 1e-5).whole(layout, large, base).codec())
        .isEqualTo("float32");
    float[] notNumbers = values.clone();
    notNumbers[5] = Float.NaN;
    assertThat(CodecChoice.configured("int8", "auto", .05, 0).whole(layout, notNumbers, base))
        .isEqualTo(
            new Encoding.Refused(
                "int8",
                "expected floats that int8 can hold, found some it cannot: "
                    + "expected a scale of 0 to 2.6793884E36 in a, found NaN"));
    assertThat(CodecChoice.configured("auto", "auto", .05, 1).whole(layout, notNumbers, base))
        .isInstanceOfSatisfying(
            Encoding.Refused.class,
            refused ->
                assertThat(refused.message())
                    .startsWith("expected a codec that can hold the floats, found [")
                    .contains("expected a relative error of at most 1.0, found NaN"));
  }

  @Test
  void shouldMeasureTheErrorAsAShareOfTheWayFromTheBase() {
    Encoding.Encoded encoded = new Encoding.Encoded("x", new byte[0], new float[] {1, 2, 3});
    assertThat(encoded.relativeError(new float[] {1, 2, 4}, new float[] {1, 2, 2}))
        .isCloseTo(.5, within(1e-12));
    assertThat(encoded.relativeError(new float[] {1, 2, 3}, new float[] {1, 2, 3})).isZero();
    assertThat(encoded.relativeError(new float[] {1, 2, 4}, new float[] {1, 2, 4})).isInfinite();
  }

  @Test
  void shouldRefuseAWrongConfiguration() {
    assertThatThrownBy(() -> CodecChoice.configured("float8", "auto", .05, 0))
        .hasMessage("expected auto or one of [bfloat16, float16, float32, int8], found float8");
    assertThatThrownBy(() -> CodecChoice.configured("auto", "float32", .05, 0))
        .hasMessage(
            "expected auto or one of [bfloat16, compeft, float16, int8, xor-zstd], found float32");
    assertThatThrownBy(() -> CodecChoice.configured("auto", "auto", 0, 0))
        .hasMessage("expected a density above 0 and at most 1, found 0.0");
    assertThatThrownBy(() -> CodecChoice.configured("auto", "auto", .05, Double.NaN))
        .hasMessage("expected a relative error of 0 to 1, found NaN");
  }

  private void whole(double errorMax, String codec, double bitsPerFloat) {
    Encoding.Encoded encoded =
        (Encoding.Encoded)
            CodecChoice.configured("auto", "auto", .05, errorMax).whole(layout, values, base);
    assertThat(encoded.codec()).as("at most %s", errorMax).isEqualTo(codec);
    assertThat(8. * encoded.payload().length / SIZE).isEqualTo(bitsPerFloat);
    assertThat(encoded.relativeError(values, base)).isLessThanOrEqualTo(errorMax);
    AdapterCodec named = Codecs.whole(codec).orElseThrow();
    assertThat(encoded.decoded())
        .isEqualTo(
            ((AdapterCodec.Decoded.Values) named.decode(layout, encoded.payload())).values());
  }

  private String delta(double errorMax, float[] parent) {
    Encoding.Encoded encoded =
        (Encoding.Encoded)
            CodecChoice.configured("auto", "auto", .05, errorMax)
                .delta(layout, parent, values, base);
    assertThat(encoded.relativeError(values, base)).isLessThanOrEqualTo(errorMax);
    return encoded.codec();
  }
}
