package dev.meander.core.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every view holds to, and what each one does. */
class AugmentationContractTest {

  static Stream<Augmentation> views() {
    return Stream.of(
        new TestTimeTransforms(true),
        new TestTimeTransforms(false),
        new ContrastView(true),
        new ContrastView(false),
        new AugMix(),
        new PatchShuffle(4),
        new FlipScaleClip(true, .9f, .05f, 0, 1));
  }

  private static Tensor images(int rows, int planes, int side, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] data = new float[rows * planes * side * side];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble();
    }
    return new Tensor(data, rows, planes, side, side);
  }

  @ParameterizedTest
  @MethodSource("views")
  void shouldKeepShapeAndRangeAndLeaveTheInputAlone(Augmentation view) {
    for (int planes : new int[] {1, 3}) {
      for (int side : new int[] {8, 17}) {
        Tensor x = images(3, planes, side, 1);
        float[] before = x.data().clone();
        for (int seed = 0; seed < 20; seed++) {
          Tensor seen = view.apply(x, new SplittableRandom(seed));
          assertThat(seen.shape()).containsExactly(x.shape());
          for (float value : seen.data()) {
            assertThat(value).isBetween(0f, 1f);
          }
        }
        assertThat(x.data()).containsExactly(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("views")
  void shouldGiveEqualViewsForEqualSeeds(Augmentation view) {
    Tensor x = images(2, 3, 16, 2);
    assertThat(view.apply(x, new SplittableRandom(5)))
        .isEqualTo(view.apply(x, new SplittableRandom(5)));
  }

  @ParameterizedTest
  @MethodSource("views")
  void shouldStandForAnInputThatIsNoImage(Augmentation view) {
    Tensor x = new Tensor(new float[] {.1f, .2f, .3f, .4f, .5f, .6f}, 2, 3);
    Tensor seen = view.apply(x, new SplittableRandom(5));
    assertThat(seen.shape()).containsExactly(2, 3);
    for (float value : seen.data()) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void shouldDrawOnceForTheWholeBatch() {
    Tensor one = images(1, 3, 16, 3);
    Tensor three = one.rows(new int[3]);
    for (Augmentation view :
        new Augmentation[] {new TestTimeTransforms(false), new ContrastView(true)}) {
      Tensor seen = view.apply(three, new SplittableRandom(9));
      assertThat(seen.row(1)).containsExactly(seen.row(0));
      assertThat(seen.row(2)).containsExactly(seen.row(0));
    }
  }

  @Test
  void shouldDrawForEveryImageWhereTheMethodDoes() {
    Tensor three = images(1, 3, 16, 3).rows(new int[3]);
    for (Augmentation view : new Augmentation[] {new AugMix(), new PatchShuffle(4)}) {
      Tensor seen = view.apply(three, new SplittableRandom(9));
      assertThat(seen.row(1)).isNotEqualTo(seen.row(0));
    }
  }

  @Test
  void shouldMirrorScaleAndClip() {
    Tensor x = new Tensor(new float[] {0, .5f, 1, .2f}, 1, 1, 2, 2);
    Tensor seen = new FlipScaleClip(true, 2, .1f, 0, 1).apply(x, new SplittableRandom(0));
    assertThat(seen.data()).containsExactly(new float[] {1, .1f, .5f, 1}, within(1e-6f));
  }

  @Test
  void shouldOnlyMovePatchesWhenTheyAreShuffled() {
    Tensor x = images(2, 1, 9, 4);
    Tensor seen = new PatchShuffle(4).apply(x, new SplittableRandom(1));
    for (int i = 0; i < 2; i++) {
      float[] before = x.row(i);
      float[] after = seen.row(i);
      assertThat(after[80]).as("the rest that does not divide stays").isEqualTo(before[80]);
      Arrays.sort(before);
      Arrays.sort(after);
      assertThat(after).containsExactly(before);
    }
  }

  @Test
  void shouldSampleTheSamePixelsWhenNothingIsTurned() {
    float[] plane = {1, 2, 3, 4, 5, 6};
    AffineMap still = AffineMap.inverse(0, 1, 0, 0);
    assertThat(still.sample(plane, 0, 2, 3, 0, AffineMap.Border.EDGE, -1, -.5)).isEqualTo(1);
    assertThat(still.sample(plane, 0, 2, 3, 0, AffineMap.Border.EDGE, .5, .5)).isEqualTo(5.5f);
    AffineMap right = AffineMap.inverse(0, 1, 1, 0);
    assertThat(right.sample(plane, 0, 2, 3, 0, AffineMap.Border.EDGE, 0, -.5)).isEqualTo(1);
    assertThat(right.sample(plane, 0, 2, 3, 0, AffineMap.Border.EDGE, -1, -.5)).isEqualTo(0);
    assertThat(right.sample(plane, 0, 2, 3, 1, AffineMap.Border.EDGE, -1, -.5)).isEqualTo(1);
    assertThat(right.sample(plane, 0, 2, 3, 1, AffineMap.Border.REFLECT, -1, -.5)).isEqualTo(2);
    AffineMap quarter = AffineMap.inverse(Math.PI / 2, 1, 0, 0);
    assertThat(quarter.sample(new float[] {1, 2, 3, 4}, 0, 2, 2, 0, AffineMap.Border.EDGE, .5, .5))
        .as("clockwise on the screen")
        .isEqualTo(2, within(1e-6f));
  }

  @Test
  void shouldTurnTheHueAroundTheCircle() {
    float[] red = {1, 0, 0};
    Colour.hue(red, 0, 3, 1, 1 / 3f);
    assertThat(red).containsExactly(new float[] {0, 1, 0}, within(1e-6f));
    Colour.hue(red, 0, 3, 1, -1 / 3f);
    assertThat(red).containsExactly(new float[] {1, 0, 0}, within(1e-6f));
    float[] grey = {.5f, .5f, .5f};
    Colour.hue(grey, 0, 3, 1, .3f);
    assertThat(grey).containsExactly(.5f, .5f, .5f);
  }

  @Test
  void shouldBlendWithGreyWhenSaturationAndContrastChange() {
    float[] pixel = {1, 0, 0};
    Colour.saturation(pixel, 0, 3, 1, 0);
    assertThat(pixel).containsExactly(new float[] {.2989f, .2989f, .2989f}, within(1e-6f));
    float[] two = {.2f, .6f};
    Colour.contrast(two, 0, 1, 2, .5f);
    assertThat(two).containsExactly(new float[] {.3f, .5f}, within(1e-6f));
    Colour.gamma(two, 0, 1, 2, 2);
    assertThat(two).containsExactly(new float[] {.09f, .25f}, within(1e-6f));
    Colour.brightness(two, 0, 1, 2, 8);
    assertThat(two).containsExactly(new float[] {.72f, 1}, within(1e-6f));
  }
}
