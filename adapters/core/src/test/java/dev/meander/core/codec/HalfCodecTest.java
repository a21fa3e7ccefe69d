package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfCodecTest {

  @Test
  void shouldKeepEachOfThe65536Values() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      short half = (short) bits;
      float wide = HalfCodec.fromFloat16(half);
      float brain = HalfCodec.fromBfloat16(half);
      assertThat(HalfCodec.toBfloat16(brain))
          .isEqualTo((short) (Float.isNaN(brain) ? bits | 0x40 : bits));
      assertThat(HalfCodec.toFloat16(wide))
          .isEqualTo((short) (Float.isNaN(wide) ? bits | 0x200 : bits));
    }
  }

  @Test
  void shouldRoundToTheNearestAndTiesToEven() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float low = HalfCodec.fromFloat16((short) bits);
      float high = HalfCodec.fromFloat16((short) (bits + 1));
      float middle = low + (high - low) / 2; // exact: float32 has 13 more bits
      int even = (bits & 1) == 0 ? bits : bits + 1;
      assertThat(HalfCodec.toFloat16(middle)).isEqualTo((short) even);
      assertThat(HalfCodec.toFloat16(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(HalfCodec.toFloat16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(HalfCodec.toFloat16(-middle)).isEqualTo((short) (even | 0x8000));
    }
    for (int bits = 0; bits < 0x7f7f; bits++) {
      float middle = Float.intBitsToFloat(bits << 16 | 0x8000);
      int even = (bits & 1) == 0 ? bits : bits + 1;
      assertThat(HalfCodec.toBfloat16(middle)).isEqualTo((short) even);
      assertThat(HalfCodec.toBfloat16(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(HalfCodec.toBfloat16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
  }

  @Test
  void shouldTurnWhatIsTooLargeIntoInfinity() {
    assertThat(HalfCodec.fromFloat16(HalfCodec.toFloat16(65_519.996f))).isEqualTo(65_504);
    assertThat(HalfCodec.fromFloat16(HalfCodec.toFloat16(65_520))).isInfinite();
    assertThat(HalfCodec.fromFloat16(HalfCodec.toFloat16(Float.NEGATIVE_INFINITY)))
        .isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfCodec.fromFloat16(HalfCodec.toFloat16(Float.NaN))).isNaN();
  }
}
