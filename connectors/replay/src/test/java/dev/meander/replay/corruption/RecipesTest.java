package dev.meander.replay.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.replay.random.Draws;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every formula on images small enough to compute by hand. */
class RecipesTest {

  @Test
  void shouldCutOffInsteadOfRounding() {
    assertThat(Pixels.truncated(0.9999)).isEqualTo(254);
    assertThat(Pixels.truncated(1)).isEqualTo(255);
    assertThat(Pixels.truncated(1.2)).isEqualTo(255);
    assertThat(Pixels.truncated(-0.2)).isZero();
    for (int value = 0; value <= 255; value++) {
      assertThat(Pixels.truncated(value / 255.0)).isEqualTo(value);
    }
  }

  @Test
  void shouldAddNoiseOfTheStatedDeviation() {
    double[] deviation = {0.04, 0.06, 0.08, 0.09, 0.10};
    int count = 3 * 128 * 128;
    for (int severity = 1; severity <= 5; severity++) {
      int[] bytes =
          new GaussianNoise().corrupt(flat(128, 3, 128, 128), severity, Draws.of(severity));
      double mean = Arrays.stream(bytes).average().orElseThrow();
      double square =
          Arrays.stream(bytes).mapToDouble(b -> (b - mean) * (b - mean)).average().orElseThrow();

      double expected = 255 * deviation[severity - 1];
      // cutting off lowers the mean by half a step and adds a variance of 1/12; five errors
      assertThat(mean).isCloseTo(127.5, within(5 * expected / Math.sqrt(count)));
      assertThat(Math.sqrt(square - 1 / 12.0))
          .isCloseTo(expected, within(5 * expected / Math.sqrt(2.0 * count)));
    }
  }

  @Test
  void shouldClipNoiseAtBlackAndWhite() {
    int[] black = new GaussianNoise().corrupt(flat(0, 1, 64, 64), 5, Draws.of(1));
    int[] white = new GaussianNoise().corrupt(flat(255, 1, 64, 64), 5, Draws.of(1));

    assertThat(Arrays.stream(black).filter(b -> b == 0).count()).isBetween(1800L, 2500L);
    assertThat(Arrays.stream(white).filter(b -> b == 255).count()).isBetween(1800L, 2300L);
  }

  @Test
  void shouldRaiseTheLargestChannelAndKeepTheRatios() {
    // V = 200/255; V' = V + .1 = 225.5/255, so every channel is scaled by 1.1275
    assertThat(new Brightness().corrupt(image(3, 1, 1, 200, 100, 40), 2, Draws.of(1)))
        .containsExactly(225, 112, 45);
    // V' is clipped to 1: scaled by 255/200
    assertThat(new Brightness().corrupt(image(3, 1, 1, 200, 100, 40), 5, Draws.of(1)))
        .containsExactly(255, 127, 51);
  }

  @Test
  void shouldMakeBlackGreyWhenBrighter() {
    // .05 .1 .15 .2 .3 of 255 are 12.75 25.5 38.25 51 76.5
    int[] grey = {12, 25, 38, 51, 76};
    for (int severity = 1; severity <= 5; severity++) {
      assertThat(new Brightness().corrupt(image(3, 1, 1, 0, 0, 0), severity, Draws.of(1)))
          .containsOnly(grey[severity - 1]);
    }
  }

  @Test
  void shouldPullEveryChannelToItsOwnMean() {
    Pixels image = image(2, 1, 2, 100, 200, 10, 31);
    // means 150 and 20.5; -50 and -10.5 are scaled
    int[][] expected = {
      {112, 187, 12, 28},
      {125, 175, 15, 25},
      {130, 170, 16, 24},
      {135, 165, 17, 23},
      {142, 157, 18, 22}
    };
    for (int severity = 1; severity <= 5; severity++) {
      int[] bytes = new Contrast().corrupt(image, severity, Draws.of(1));
      for (int i = 0; i < bytes.length; i++) {
        // where the formula gives a whole number, binary fractions may fall just below it
        assertThat(bytes[i]).isBetween(expected[severity - 1][i] - 1, expected[severity - 1][i]);
      }
    }
    assertThat(new Contrast().corrupt(image, 5, Draws.of(1))).containsExactly(142, 157, 18, 22);
  }

  @Test
  void shouldBuildTheDefocusKernels() {
    // radius below 1: one cell, smoothed to the outer product of (t, 1, t) / (1 + 2t)
    double t = Math.exp(-1 / (2 * 0.6 * 0.6));
    double[][] small = DefocusBlur.kernel(0.5, 0.6);
    assertThat(small[8][8]).isCloseTo(1 / Math.pow(1 + 2 * t, 2), within(1e-12));
    assertThat(small[8][9]).isCloseTo(t / Math.pow(1 + 2 * t, 2), within(1e-12));
    assertThat(small[7][9]).isCloseTo(t * t / Math.pow(1 + 2 * t, 2), within(1e-12));
    assertThat(small[8][10]).isZero();
    // radius 1: a plus of 5 cells; radius 1.5: 9 cells; hardly smoothed
    assertThat(DefocusBlur.kernel(1, 0.2)[8][7]).isCloseTo(0.2, within(1e-5));
    assertThat(DefocusBlur.kernel(1, 0.2)[7][7]).isCloseTo(0, within(1e-5));
    assertThat(DefocusBlur.kernel(1.5, 0.1)[7][7]).isCloseTo(1 / 9.0, within(1e-12));
    assertThat(DefocusBlur.kernel(1.5, 0.1)[8][10]).isCloseTo(0, within(1e-12));
    for (double[][] kernel : new double[][][] {small, DefocusBlur.kernel(1.5, 0.1)}) {
      assertThat(Arrays.stream(kernel).flatMapToDouble(Arrays::stream).sum())
          .isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void shouldSpreadAPointOverTheDisk() {
    Pixels point = flat(0, 1, 5, 5);
    point.values()[12] = 1;

    int[] bytes = new DefocusBlur().corrupt(point, 5, Draws.of(1));

    // 255 / 9 = 28.33
    assertThat(bytes)
        .containsExactly(
            0, 0, 0, 0, 0, 0, 28, 28, 28, 0, 0, 28, 28, 28, 0, 0, 28, 28, 28, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void shouldMirrorTheImageAtItsEdgeWithoutRepeatingTheEdge() {
    Pixels image = image(1, 1, 4, 90, 0, 0, 200);

    int[] bytes = new DefocusBlur().corrupt(image, 5, Draws.of(1));

    // one row: the three rows of the disk are the same; (0+90+0)/3, (90+0+0)/3, (0+0+200)/3, ...
    assertThat(bytes[0]).isBetween(29, 30);
    assertThat(bytes[1]).isBetween(29, 30);
    assertThat(bytes[2]).isEqualTo(66);
    assertThat(bytes[3]).isEqualTo(66);
  }

  @Test
  void shouldShrinkByAveragingAndGrowByRepeating() {
    int[] row = new int[32];
    for (int i = 0; i < row.length; i++) {
      row[i] = i * 7;
    }

    int[] small = Pixelate.resizeColumns(row, 1, 32, 20);
    // scale 1.6, support .8: centre .8 takes pixels 0 and 1, centre 2.4 takes 2 only (1.6 to 3.2
    // holds the centres 2.5), centre 4 takes 3 and 4, centre 5.6 takes 5, centre 7.2 takes 6 and 7
    assertThat(Arrays.copyOf(small, 5)).containsExactly(4, 14, 25, 35, 46);

    int[] large = Pixelate.resizeColumns(small, 1, 20, 32);
    // nearest: (x + .5) * .625 = .3125, .9375, 1.5625, 2.1875, 2.8125, 3.4375
    assertThat(Arrays.copyOf(large, 6)).containsExactly(4, 4, 14, 25, 25, 35);
  }

  @Test
  void shouldPixelateBothDirectionsOfEveryChannel() {
    // 3x3 with .65 shrinks to 1x1: every plane becomes its mean, rounded after each direction
    Pixels image = image(2, 3, 3, 10, 20, 30, 40, 50, 60, 70, 80, 90, 0, 0, 1, 0, 0, 1, 0, 0, 1);

    int[] bytes = new Pixelate().corrupt(image, 5, Draws.of(1));

    assertThat(Arrays.copyOf(bytes, 9)).containsOnly(50);
    assertThat(Arrays.copyOfRange(bytes, 9, 18)).containsOnly(0);
  }

  private static Pixels flat(int value, int channels, int height, int width) {
    int[] bytes = new int[channels * height * width];
    Arrays.fill(bytes, value);
    return image(channels, height, width, bytes);
  }

  private static Pixels image(int channels, int height, int width, int... bytes) {
    return new Pixels(
        Arrays.stream(bytes).mapToDouble(b -> b / 255.0).toArray(), channels, height, width);
  }
}
