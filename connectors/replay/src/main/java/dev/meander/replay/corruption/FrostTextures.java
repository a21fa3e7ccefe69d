package dev.meander.replay.corruption;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.random.Draws;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of ice for the frost corruption. The published ones are photographs, read from a folder;
 * without them there are drawn ones, of about the same brightness, so that every corruption works
 * everywhere. Results differ between the two.
 *
 * <p>Thread-safety: immutable.
 */
public final class FrostTextures {

  /** Files of the published textures; {@link #read} needs all. */
  static final List<String> FILES =
      List.of("frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg");

  /** Largest side of a file, pixels. */
  static final int SIDE_MAX = 4096;

  /** Of five pixels in a row the published recipe keeps the middle one. */
  private static final int SHRINK = 5;

  private static final int DRAWN_SIDE = 128;
  private static final int NEEDLES = 90;

  private static @Nullable FrostTextures drawnOnce;

  /**
   * One texture.
   *
   * @param values red, green and blue planes, 0 to 1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
  record Texture(double[] values, int height, int width) {

    /** A value; beyond the edge the texture begins again. */
    double at(int channel, int row, int column) {
      return values[(channel * height + row % height) * width + column % width];
    }
  }

  private final List<Texture> textures;

  private FrostTextures(List<Texture> textures) {
    this.textures = List.copyOf(textures);
  }

  /** The drawn textures, equal on every machine. */
  public static synchronized FrostTextures drawn() {
    FrostTextures drawn = drawnOnce;
    if (drawn == null) {
      List<Texture> textures = new ArrayList<>();
      for (int i = 0; i < FILES.size(); i++) {
        textures.add(draw(Draws.of(i)));
      }
      drawn = new FrostTextures(textures);
      drawnOnce = drawn;
    }
    return drawn;
  }

  /**
   * The published textures, shrunk to a fifth.
   *
   * @param folder with {@code frost1.png} to {@code frost5.jpg}
   * @throws DataSetRefusedException when one is missing, no picture, or too large
   */
  public static FrostTextures read(Path folder) {
    List<Texture> textures = new ArrayList<>();
    for (String name : FILES) {
      textures.add(readFile(folder.resolve(name)));
    }
    return new FrostTextures(textures);
  }

  private static Texture readFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataSetRefusedException(
          "expected the frost textures " + String.join(", ", FILES) + ", found no " + file);
    }
    BufferedImage picture;
    try {
      picture = ImageIO.read(file.toFile());
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + file + ", found " + e, e);
    }
    if (picture == null) {
      throw new DataSetRefusedException("expected a picture, found another format in " + file);
    }
    int side = Math.max(picture.getWidth(), picture.getHeight());
    if (side > SIDE_MAX || Math.min(picture.getWidth(), picture.getHeight()) < SHRINK) {
      throw new DataSetRefusedException(
          "expected a frost texture with sides of "
              + SHRINK
              + " to "
              + SIDE_MAX
              + " pixels, found "
              + picture.getWidth()
              + "x"
              + picture.getHeight()
              + " in "
              + file);
    }
    return shrunk(picture);
  }

  private static Texture shrunk(BufferedImage picture) {
    int height = picture.getHeight() / SHRINK;
    int width = picture.getWidth() / SHRINK;
    double[] values = new double[3 * height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int colour = picture.getRGB(column * SHRINK + SHRINK / 2, row * SHRINK + SHRINK / 2);
        for (int channel = 0; channel < 3; channel++) {
          int value = colour >> 16 - 8 * channel & 0xff;
          values[(channel * height + row) * width + column] = value / 255.0;
        }
      }
    }
    return new Texture(values, height, width);
  }

  /** Cloudy bluish ice with bright needles in the six directions of a crystal. */
  private static Texture draw(Draws draws) {
    double[] ice = Fog.fractal(DRAWN_SIDE, 2, draws);
    for (int i = 0; i < ice.length; i++) {
      ice[i] = 0.25 + 0.4 * ice[i];
    }
    for (int needle = 0; needle < NEEDLES; needle++) {
      double angle = StrictMath.toRadians(60 * draws.below(6) + draws.uniform(-8, 8));
      double length = draws.uniform(8, 40);
      double y = draws.uniform(0, DRAWN_SIDE);
      double x = draws.uniform(0, DRAWN_SIDE);
      for (double at = 0; at < length; at += 0.5) {
        int row = Math.floorMod((int) (y + at * StrictMath.sin(angle)), DRAWN_SIDE);
        int column = Math.floorMod((int) (x + at * StrictMath.cos(angle)), DRAWN_SIDE);
        int cell = row * DRAWN_SIDE + column;
        ice[cell] = Math.min(1, ice[cell] + 0.25 * (1 - at / length));
      }
    }
    double[] values = new double[3 * ice.length];
    for (int i = 0; i < ice.length; i++) {
      values[i] = 0.85 * ice[i];
      values[ice.length + i] = 0.95 * ice[i];
      values[2 * ice.length + i] = ice[i];
    }
    return new Texture(values, DRAWN_SIDE, DRAWN_SIDE);
  }

  /** One of the textures. */
  Texture any(Draws draws) {
    return textures.get(draws.below(textures.size()));
  }

  /** Identity of every texture. */
  public Sha256 digest() {
    MessageDigest digest = Sha256.digest();
    for (Texture texture : textures) {
      digest.update((byte) texture.height);
      for (double value : texture.values) {
        digest.update((byte) Pixels.rounded(value));
      }
    }
    return Sha256.of(digest);
  }
}
