package dev.meander.replay.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.GlyphDataSet.Part;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorruptionTest {

  private static final DataSet GLYPHS = new GlyphDataSet(Part.TEST, 1, 100);

  @ParameterizedTest
  @EnumSource
  void shouldRepeatWhenSeedAndIndexAreTheSame(Corruption corruption) {
    for (int severity = 1; severity <= 5; severity++) {
      assertThat(corrupted(corruption, 4, severity, 1))
          .isEqualTo(corrupted(corruption, 4, severity, 1));
    }
  }

  /** Except where the published tables change something else than the amount. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"GLASS_BLUR", "FROST", "ELASTIC_TRANSFORM"})
  void shouldMoveFurtherFromTheCleanImageWhenMoreSevere(Corruption corruption) {
    double[] distance = new double[6];
    for (int severity = 1; severity <= 5; severity++) {
      for (int i = 0; i < GLYPHS.size(); i++) {
        float[] clean = GLYPHS.image(i);
        float[] changed = corrupted(corruption, i, severity, 1);
        for (int at = 0; at < clean.length; at++) {
          distance[severity] += Math.abs(clean[at] - changed[at]);
        }
      }
    }

    assertThat(distance).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveTheGivenImageAlone(Corruption corruption) {
    float[] image = GLYPHS.image(2);

    corruption.apply(image, GLYPHS.inputShape(), 5, 1, 2);

    assertThat(image).isEqualTo(GLYPHS.image(2));
  }

  @ParameterizedTest
  @EnumSource
  void shouldCorruptEveryShape(Corruption corruption) {
    for (int[] shape : new int[][] {{1, 1, 1}, {3, 2, 7}, {1, 9, 1}, {3, 40, 33}}) {
      float[] image = new float[shape[0] * shape[1] * shape[2]];
      Arrays.fill(image, 0.6f);
      for (float value : corruption.apply(image, shape, 5, 1, 2)) {
        assertThat(value).isBetween(0f, 1f).isEqualTo(Math.round(value * 255) / 255f);
      }
    }
  }

  @Test
  void shouldDrawOtherNoiseForEverySeedIndexAndSeverity() {
    float[] grey = new float[3 * 32 * 32];
    Arrays.fill(grey, 0.5f);

    assertThat(
            List.of(
                checksum(Corruption.GAUSSIAN_NOISE.apply(grey, GLYPHS.inputShape(), 4, 1, 1)),
                checksum(Corruption.GAUSSIAN_NOISE.apply(grey, GLYPHS.inputShape(), 4, 1, 2)),
                checksum(Corruption.GAUSSIAN_NOISE.apply(grey, GLYPHS.inputShape(), 4, 2, 1)),
                checksum(Corruption.GAUSSIAN_NOISE.apply(grey, GLYPHS.inputShape(), 5, 1, 1))))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldGiveTheSameBytesOnEveryMachine() {
    int[] shape = {3, 16, 16};
    float[] image = new float[3 * 16 * 16];
    for (int i = 0; i < image.length; i++) {
      image[i] = i * 89 % 256 / 255f;
    }
    List<Corruption> demonstration =
        List.of(
            Corruption.GAUSSIAN_NOISE,
            Corruption.DEFOCUS_BLUR,
            Corruption.BRIGHTNESS,
            Corruption.CONTRAST,
            Corruption.PIXELATE);

    assertThat(checksum(demonstration, image, shape)).isEqualTo(846508187L);
    assertThat(checksum(List.of(Corruption.values()), image, shape)).isEqualTo(3878044499L);
  }

  private static long checksum(List<Corruption> corruptions, float[] image, int[] shape) {
    CRC32 checksum = new CRC32();
    for (Corruption corruption : corruptions) {
      for (int severity = 1; severity <= 5; severity++) {
        update(checksum, corruption.apply(image, shape, severity, 1, 2));
      }
    }
    return checksum.getValue();
  }

  @Test
  void shouldKeepThePublishedNames() {
    assertThat(Arrays.stream(Corruption.values()).map(Corruption::label))
        .startsWith(
            ("gaussian_noise shot_noise impulse_noise defocus_blur glass_blur motion_blur zoom_blur"
                    + " snow frost fog brightness contrast elastic_transform pixelate"
                    + " jpeg_compression")
                .split(" "))
        .endsWith("translation", "rotation", "occlusion", "sensor_dropout")
        .hasSize(19);
    assertThat(Corruption.STANDARD).isEqualTo(Arrays.asList(Corruption.values()).subList(0, 15));
    assertThat(Corruption.of("pixelate")).isEqualTo(Corruption.PIXELATE);
    assertThatThrownBy(() -> Corruption.of("snowfall"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a corruption of [gaussian_noise, shot_noise, impulse_noise, defocus_blur,"
                + " glass_blur, motion_blur, zoom_blur, snow, frost, fog, brightness, contrast,"
                + " elastic_transform, pixelate, jpeg_compression, translation, rotation,"
                + " occlusion, sensor_dropout], found snowfall");
  }

  @Test
  void shouldSayWhatIsWrongWithTheInput() {
    int[] shape = {1, 1, 2};
    assertRefused(new float[2], shape, 0, "expected a severity of 1 to 5, found 0");
    assertRefused(new float[2], shape, 6, "expected a severity of 1 to 5, found 6");
    assertRefused(
        new float[2], new int[] {2}, 1, "expected a shape of channels, height, width, found [2]");
    assertRefused(new float[3], shape, 1, "expected 2 floats for 1x1x2, found 3");
    assertRefused(new float[] {0, 1.5f}, shape, 1, "expected pixels of 0 to 1, found 1.5 at 1");
    assertRefused(
        new float[] {Float.NaN, 0}, shape, 1, "expected pixels of 0 to 1, found NaN at 0");
  }

  private static void assertRefused(float[] image, int[] shape, int severity, String message) {
    assertThatThrownBy(() -> Corruption.CONTRAST.apply(image, shape, severity, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static float[] corrupted(Corruption corruption, int index, int severity, long seed) {
    return corruption.apply(GLYPHS.image(index), GLYPHS.inputShape(), severity, seed, index);
  }

  private static long checksum(float[] image) {
    CRC32 checksum = new CRC32();
    update(checksum, image);
    return checksum.getValue();
  }

  private static void update(CRC32 checksum, float[] image) {
    for (float value : image) {
      checksum.update(Math.round(value * 255));
    }
  }
}
