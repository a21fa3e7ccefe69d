package dev.meander.replay.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.kit.DataPack;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.GlyphDataSet.Part;
import dev.meander.replay.random.Draws;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes that lean on other libraries, against these libraries or by hand. */
class PublishedRecipesTest {

  private static Pixels flat(int value, int side) {
    double[] values = new double[3 * side * side];
    Arrays.fill(values, value / 255.0);
    return new Pixels(values, 3, side, side);
  }

  private static Pixels glyph(int index) {
    float[] image = new GlyphDataSet(Part.TEST, 1, 100).image(index);
    return Pixels.of(image, 3, 32, 32);
  }

  @Test
  void shouldCountPhotons() {
    int[] photons = {500, 250, 100, 75, 50};
    for (int severity = 1; severity <= 5; severity++) {
      int[] bytes = new ShotNoise().corrupt(flat(102, 128), severity, Draws.of(severity));
      double mean = Arrays.stream(bytes).average().orElseThrow();
      double square =
          Arrays.stream(bytes).mapToDouble(b -> (b - mean) * (b - mean)).average().orElseThrow();
      // x = .4: variance of Poisson(.4 c) / c is .4 / c
      double expected = 255 * Math.sqrt(0.4 / photons[severity - 1]);
      assertThat(mean).isCloseTo(101.5, within(1.0));
      assertThat(Math.sqrt(square)).isCloseTo(expected, within(0.03 * expected + 0.1));
    }
    assertThat(new ShotNoise().corrupt(flat(0, 8), 5, Draws.of(1))).containsOnly(0);
  }

  @Test
  void shouldHavePoissonsDistribution() {
    double[] cumulated = ShotNoise.distribution(2);

    // e^-2 (1, 3, 5, 19/3)
    assertThat(cumulated[0]).isCloseTo(Math.exp(-2), within(1e-12));
    assertThat(cumulated[1]).isCloseTo(3 * Math.exp(-2), within(1e-12));
    assertThat(cumulated[2]).isCloseTo(5 * Math.exp(-2), within(1e-12));
    for (double mean : new double[] {0, 0.1, 50, 500}) {
      double[] whole = ShotNoise.distribution(mean);
      assertThat(whole[whole.length - 1]).isCloseTo(1, within(1e-11));
    }
  }

  @Test
  void shouldReplaceTheStatedShareByBlackAndWhite() {
    double[] probability = {0.01, 0.02, 0.03, 0.05, 0.07};
    int count = 3 * 200 * 200;
    for (int severity = 1; severity <= 5; severity++) {
      int[] bytes = new ImpulseNoise().corrupt(flat(100, 200), severity, Draws.of(severity));
      double black = Arrays.stream(bytes).filter(b -> b == 0).count();
      double white = Arrays.stream(bytes).filter(b -> b == 255).count();
      double half = probability[severity - 1] / 2;
      assertThat(black / count).isCloseTo(half, within(5 * Math.sqrt(half / count)));
      assertThat(white / count).isCloseTo(half, within(5 * Math.sqrt(half / count)));
      assertThat(Arrays.stream(bytes).filter(b -> b == 100).count())
          .isEqualTo(count - (long) black - (long) white);
    }
  }

  @Test
  void shouldCopyANeighbourAboveOrLeftUnderGlass() {
    // severity 1: sigma .05 has a radius of 0, so only the copies are left; columns count up
    double[] values = new double[16 * 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i / 16 * 16 + i % 16) / 255.0;
    }
    int[] bytes = new GlassBlur().corrupt(new Pixels(values, 1, 16, 16), 1, Draws.of(3));

    int moved = 0;
    for (int i = 0; i < bytes.length; i++) {
      int row = i / 16;
      int column = i % 16;
      int back = i - bytes[i];
      if (row < 2 || column < 2) {
        assertThat(back).as("pixel %d is in the border", i).isZero();
      } else {
        assertThat(back).isIn(0, 1, 16, 17);
        moved += back > 0 ? 1 : 0;
      }
    }
    assertThat(moved).isBetween(120, 170);
  }

  @Test
  void shouldBlurAlongALineToOneSide() {
    double[] point = new double[15 * 15];
    point[7 * 15 + 7] = 1;
    MotionFilter filter = new MotionFilter(6, 2);

    double[] across = filter.apply(point, 0, 15, 15, 0);
    double[] down = filter.apply(point, 0, 15, 15, 90);

    double sum = 0;
    for (int i = 0; i <= 12; i++) {
      sum += Math.exp(-i * i / 8.0);
    }
    for (int i = 0; i <= 7; i++) {
      // tap i reads the pixel i to the right (below), so the point leaves a trace to its left
      assertThat(across[7 * 15 + 7 - i]).isCloseTo(Math.exp(-i * i / 8.0) / sum, within(1e-12));
      assertThat(down[(7 - i) * 15 + 7]).isCloseTo(Math.exp(-i * i / 8.0) / sum, within(1e-12));
    }
    assertThat(across[7 * 15 + 8]).isZero();
  }

  @Test
  void shouldZoomCornerOnCorner() {
    double[] ramp = new double[32 * 32];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i % 32;
    }

    double[] zoomed = Zoom.centre(ramp, 0, 32, 32, 1.25);

    // ceil(32 / 1.25) = 26 pixels from 3 to 28 become round(32.5) = 32, half to even
    assertThat(zoomed[0]).isCloseTo(3, within(1e-12));
    assertThat(zoomed[31]).isCloseTo(28, within(1e-12));
    assertThat(zoomed[10]).isCloseTo(3 + 10 * 25 / 31.0, within(1e-12));
    assertThat(Zoom.centre(ramp, 0, 32, 32, 1)).isEqualTo(ramp);
  }

  @Test
  void shouldMakeFogFromZeroToOneAndRougherWithLessDecay() {
    double smoothSteps = 0;
    double roughSteps = 0;
    for (int seed = 0; seed < 20; seed++) {
      double[] smooth = Fog.fractal(32, 3, Draws.of(seed));
      assertThat(Arrays.stream(smooth).min().orElseThrow()).isZero();
      assertThat(Arrays.stream(smooth).max().orElseThrow()).isEqualTo(1);
      smoothSteps += steps(smooth);
      roughSteps += steps(Fog.fractal(32, 1.75, Draws.of(seed)));
    }
    assertThat(roughSteps).isGreaterThan(1.3 * smoothSteps);
    // (0 + c f) 0 / (0 + c): black stays black
    assertThat(new Fog().corrupt(flat(0, 32), 5, Draws.of(1))).containsOnly(0);
  }

  private static double steps(double[] plane) {
    double sum = 0;
    for (int i = 1; i < plane.length; i++) {
      sum += Math.abs(plane[i] - plane[i - 1]);
    }
    return sum;
  }

  @Test
  void shouldFindTheAffineMapOfThreePoints() {
    AffineMap map =
        AffineMap.of(
            new double[][] {{0, 0}, {1, 0}, {0, 1}}, new double[][] {{5, 7}, {7, 8}, {4, 10}});

    assertThat(map).isEqualTo(new AffineMap(2, -1, 5, 1, 3, 7));
    double[] plane = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(AffineMap.rotation(90, 3, 3).apply(plane, 0, 3, 3, Border.REPEATED))
        .usingComparatorWithPrecision(1e-9)
        .containsExactly(7, 4, 1, 8, 5, 2, 9, 6, 3);
  }

  /** The weights are scipy's {@code gaussian_filter} of sigma .4, truncate 4. */
  @Test
  void shouldSmoothWithANormalisedGaussian() {
    double[] point = new double[49];
    point[24] = 1;

    double[] smooth = new GaussianFilter(0.4, 4, Border.REPEATED).apply(point, 0, 7, 7);

    double one = Math.exp(-1 / 0.32);
    double two = Math.exp(-4 / 0.32);
    double sum = 1 + 2 * one + 2 * two;
    assertThat(smooth[24]).isCloseTo(1 / (sum * sum), within(1e-12));
    assertThat(smooth[26]).isCloseTo(two / (sum * sum), within(1e-12));
    assertThat(smooth[27]).isZero();
    assertThat(Arrays.stream(smooth).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void shouldContinueImagesBeyondTheirEdges() {
    int[] positions = {-3, -2, -1, 0, 2, 3, 4, 5};
    assertThat(inside(Border.REPEATED, positions)).containsExactly(0, 0, 0, 0, 2, 2, 2, 2);
    assertThat(inside(Border.MIRRORED, positions)).containsExactly(1, 2, 1, 0, 2, 1, 0, 1);
    assertThat(inside(Border.REFLECTED, positions)).containsExactly(2, 1, 0, 0, 2, 2, 1, 0);
  }

  private static int[] inside(Border border, int[] positions) {
    return Arrays.stream(positions).map(position -> border.inside(position, 3)).toArray();
  }

  /** Against a real encoder and decoder, which calculate in whole numbers. */
  @Test
  void shouldCompressAsAJpegLibraryDoes() throws IOException {
    int[] quality = {80, 65, 58, 50, 40};
    for (int severity = 1; severity <= 5; severity++) {
      double distance = 0;
      double same = 0;
      for (int index = 0; index < 10; index++) {
        int[] expected = throughFile(glyph(index), quality[severity - 1]);
        int[] found = new JpegCompression().corrupt(glyph(index), severity, Draws.of(1));
        for (int i = 0; i < found.length; i++) {
          distance += Math.abs(found[i] - expected[i]);
          same += found[i] == expected[i] ? 1 : 0;
        }
      }
      // a tie may be rounded the other way, which changes one cosine of one block
      assertThat(distance / (10 * 3072)).isLessThan(0.5);
      assertThat(same / (10 * 3072)).isGreaterThan(0.7);
    }
  }

  private static int[] throughFile(Pixels source, int quality) throws IOException {
    BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1024; i++) {
      int red = Pixels.rounded(source.values()[i]);
      int green = Pixels.rounded(source.values()[1024 + i]);
      int blue = Pixels.rounded(source.values()[2048 + i]);
      picture.setRGB(i % 32, i / 32, red << 16 | green << 8 | blue);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality / 100f);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), parameters);
    } finally {
      writer.dispose();
    }
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
    int[] values = new int[3 * 1024];
    for (int i = 0; i < 1024; i++) {
      int colour = read.getRGB(i % 32, i / 32);
      values[i] = colour >> 16 & 0xff;
      values[1024 + i] = colour >> 8 & 0xff;
      values[2048 + i] = colour & 0xff;
    }
    return values;
  }

  @Test
  void shouldDropTheSameReadingInEveryChannel() {
    int[] bytes = new SensorDropout().corrupt(flat(200, 32), 5, Draws.of(1));

    int lost = 0;
    for (int i = 0; i < 1024; i++) {
      assertThat(bytes[1024 + i]).isEqualTo(bytes[i]).isIn(0, 200);
      lost += bytes[i] == 0 ? 1 : 0;
    }
    // 1 - .7 .94 = .342
    assertThat(lost / 1024.0).isBetween(0.25, 0.45);
  }

  @Test
  void shouldCoverTheStatedShare() {
    double[] share = {0.05, 0.1, 0.2, 0.3, 0.4};
    for (int severity = 1; severity <= 5; severity++) {
      int[] bytes = new Occlusion().corrupt(flat(7, 64), severity, Draws.of(2));
      double covered = Arrays.stream(bytes).filter(b -> b != 7).count() / (3.0 * 64 * 64);
      assertThat(covered).isCloseTo(share[severity - 1], within(0.03));
    }
  }

  @Test
  void shouldShiftByWholePixels() {
    float[] image = new GlyphDataSet(Part.TEST, 1, 100).image(3);
    int[] bytes = new Translation().corrupt(glyph(3), 5, Draws.of(4));

    // 8 pixels; somewhere within this reach the middle of the image is found again
    int found = 0;
    for (int dy = -8; dy <= 8; dy++) {
      for (int dx = -8; dx <= 8; dx++) {
        boolean same = true;
        for (int row = 12; row < 20; row++) {
          for (int column = 12; column < 20; column++) {
            int from = Math.round(image[(row + dy) * 32 + column + dx] * 255);
            same &= from == bytes[row * 32 + column];
          }
        }
        found += same ? 1 : 0;
      }
    }
    assertThat(found).isEqualTo(1);
  }

  @Test
  void shouldSayWhatIsWrongWithTextures(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> FrostTextures.read(folder))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(
            "expected the frost textures frost1.png, frost2.png, frost3.png, frost4.jpg,"
                + " frost5.jpg, found no "
                + folder.resolve("frost1.png"));
    Files.writeString(folder.resolve("frost1.png"), "ice");
    assertThatThrownBy(() -> FrostTextures.read(folder))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage("expected a picture, found another format in " + folder.resolve("frost1.png"));
    BufferedImage thin = new BufferedImage(4, 40, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(thin, "png", folder.resolve("frost1.png").toFile());
    assertThatThrownBy(() -> FrostTextures.read(folder))
        .isInstanceOf(DataSetRefusedException.class)
        .hasMessage(
            "expected a frost texture with sides of 5 to 4096 pixels, found 4x40 in "
                + folder.resolve("frost1.png"));
  }

  /** Needs the data pack. */
  @Test
  void shouldDrawIceAboutAsBrightAsThePublishedTextures() {
    Corruptor published = new Corruptor(FrostTextures.read(DataPack.require().resolve("frost")));
    Corruptor drawn = new Corruptor(FrostTextures.drawn());
    int[] shape = {3, 32, 32};
    float[] black = new float[3 * 1024];
    double[] brightness = new double[2];
    for (int i = 0; i < 200; i++) {
      for (float value : published.apply(Corruption.FROST, black, shape, 5, 1, i)) {
        brightness[0] += value / black.length / 200;
      }
      for (float value : drawn.apply(Corruption.FROST, black, shape, 5, 1, i)) {
        brightness[1] += value / black.length / 200;
      }
    }

    assertThat(brightness[1]).isCloseTo(brightness[0], within(0.08));
    assertThat(drawn.digest()).isNotEqualTo(published.digest());
  }
}
