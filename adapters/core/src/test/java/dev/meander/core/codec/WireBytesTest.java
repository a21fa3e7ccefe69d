package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The bytes of each codec, written down: an adapter that was published must decode to the same
 * floats for ever. A codec that is to write other bytes gets another name.
 */
class WireBytesTest {

  private final Layout layout =
      new Layout(List.of(new Block("a", Role.GAIN, 3), new Block("b", Role.WEIGHT, 5)));
  private final float[] values = {1, -.5f, .3f, 2.5f, 0, -1e-3f, 100, -7};
  private final float[] parent = {1, -.25f, .3f, 2, 0, 0, 99, -7};
  private final Set<String> seen = new HashSet<>();

  @Test
  void shouldReadAndWriteTheSameWholeValuesForEver() {
    whole(
        "float32",
        "0000803f000000bf9a99993e00002040000000006f1283ba0000c8420000e0c0",
        1,
        -0.5f,
        0.3f,
        2.5f,
        0,
        -0.001f,
        100,
        -7);
    whole(
        "float16",
        "003c00b8cd34004100001994405600c7",
        1,
        -0.5f,
        0.30004883f,
        2.5f,
        0,
        -0.0010004044f,
        100,
        -7);
    whole(
        "bfloat16",
        "803f00bf9a3e2040000083bac842e0c0",
        1,
        -0.5f,
        0.30078125f,
        2.5f,
        0,
        -9.994507E-4f,
        100,
        -7);
    whole(
        "int8",
        "0402013c7fc0262693493f0300007ff7",
        1,
        -0.503937f,
        0.2992126f,
        2.3622046f,
        0,
        0,
        100,
        -7.086614f);
    assertThat(seen).isEqualTo(Codecs.wholeNames());
  }

  @Test
  void shouldReadAndWriteTheSameChangesForEver() {
    delta(
        "float16",
        "000000b40000003800001994003c0000",
        1,
        -0.5f,
        0.3f,
        2.5f,
        0,
        -0.0010004044f,
        100,
        -7);
    delta(
        "bfloat16",
        "000080be0000003f000083ba803f0000",
        1,
        -0.5f,
        0.3f,
        2.5f,
        0,
        -9.994507E-4f,
        100,
        -7);
    delta("int8", "0402013b0081000402013c4000007f00", 1, -0.5f, 0.3f, 2.503937f, 0, 0, 100, -7);
    delta("compeft", "02000000010000403fa8", 1, -0.25f, 0.3f, 2.75f, 0, 0, 99.75f, -7);
    delta(
        "xor-zstd",
        "28b52ffd202001010000000000006f000000000000001200000080002000830e000001000000ba0000",
        1,
        -0.5f,
        0.3f,
        2.5f,
        0,
        -0.001f,
        100,
        -7);
    assertThat(seen).isEqualTo(Codecs.deltaNames());
  }

  private void whole(String name, String hex, float... decoded) {
    seen.add(name);
    AdapterCodec codec = Codecs.whole(name).orElseThrow();
    assertThat(HexFormat.of().formatHex(codec.encode(layout, values))).as(name).isEqualTo(hex);
    assertThat(floats(codec.decode(layout, HexFormat.of().parseHex(hex))))
        .as(name)
        .containsExactly(decoded);
  }

  private void delta(String name, String hex, float... decoded) {
    seen.add(name);
    DeltaCodec codec =
        name.equals("compeft")
            ? Codecs.compeft(ComPeft.leastSquares(.25))
            : Codecs.delta(name).orElseThrow();
    if (!name.equals("xor-zstd")) { // another release of Zstandard may compress otherwise
      assertThat(HexFormat.of().formatHex(codec.encode(layout, parent, values)))
          .as(name)
          .isEqualTo(hex);
    }
    DeltaCodec reading = Codecs.delta(name).orElseThrow();
    assertThat(floats(reading.decode(layout, parent, HexFormat.of().parseHex(hex))))
        .as(name)
        .containsExactly(decoded);
  }

  private static float[] floats(AdapterCodec.Decoded decoded) {
    return ((AdapterCodec.Decoded.Values) decoded).values();
  }
}
