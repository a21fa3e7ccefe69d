package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.replay.data.Stroke.Arc;
import dev.meander.replay.data.Stroke.Segment;
import org.junit.jupiter.api.Test;

class GlyphTest {

  private static final double EXACT = 1e-12;

  @Test
  void shouldMeasureTheDistanceToASegmentBesideAndBeyondIt() {
    Segment segment = new Segment(0, 0, 4, 0);

    assertThat(segment.distance(1, 2)).isCloseTo(2, within(EXACT));
    assertThat(segment.distance(7, 4)).isCloseTo(5, within(EXACT));
    assertThat(segment.distance(-3, -4)).isCloseTo(5, within(EXACT));
  }

  @Test
  void shouldMeasureTheDistanceToAnArcAndToItsEnds() {
    Arc right = Arc.around(1, 1, 2, 0, 180);

    assertThat(right.distance(4, 1)).isCloseTo(1, within(EXACT));
    assertThat(right.distance(1.5, 1)).isCloseTo(1.5, within(EXACT));
    // the ends are (1, 3) and (1, -1)
    assertThat(right.distance(-2, 7)).isCloseTo(5, within(EXACT));
    assertThat(right.distance(-2, -5)).isCloseTo(5, within(EXACT));
  }

  @Test
  void shouldMeasureTheDistanceToAFullCircleFromItsCentreAndAround() {
    Arc circle = Arc.around(0, 0, 0.9, 0, 360);

    assertThat(circle.distance(0, 0)).isCloseTo(0.9, within(EXACT));
    assertThat(circle.distance(-0.9, 0)).isCloseTo(0, within(EXACT));
    assertThat(circle.distance(0, -1)).isCloseTo(0.1, within(EXACT));
  }

  @Test
  void shouldJoinTheArcsOfTheSpiral() {
    for (double[] joint : new double[][] {{0, 0.9}, {0, -0.45}, {0, 0.45}}) {
      assertThat(Glyph.SPIRAL.distance(joint[0], joint[1])).isCloseTo(0, within(EXACT));
    }
  }

  @Test
  void shouldKeepEveryGlyphInItsPlane() {
    for (Glyph glyph : Glyph.values()) {
      for (int degrees = 0; degrees < 360; degrees++) {
        double angle = Math.toRadians(degrees);
        assertThat(glyph.distance(1.15 * Math.cos(angle), 1.15 * Math.sin(angle)))
            .as(glyph.label())
            .isPositive();
      }
    }
  }
}
