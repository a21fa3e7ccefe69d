package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The corruptions of CIFAR-10-C (Hendrycks and Dietterich, 2019) by their published names, with its
 * severity tables, in the standard order; after them four of a camera's own.
 *
 * <p>Thread-safety: immutable.
 */
public enum Corruption {
  GAUSSIAN_NOISE(1, new GaussianNoise()),
  SHOT_NOISE(2, new ShotNoise()),
  IMPULSE_NOISE(3, new ImpulseNoise()),
  DEFOCUS_BLUR(4, new DefocusBlur()),
  GLASS_BLUR(5, new GlassBlur()),
  MOTION_BLUR(6, new MotionBlur()),
  ZOOM_BLUR(7, new ZoomBlur()),
  SNOW(8, new Snow()),
  FROST(9, new Frost(FrostTextures.drawn())),
  FOG(10, new Fog()),
  BRIGHTNESS(11, new Brightness()),
  CONTRAST(12, new Contrast()),
  ELASTIC_TRANSFORM(13, new ElasticTransform()),
  PIXELATE(14, new Pixelate()),
  JPEG_COMPRESSION(15, new JpegCompression()),
  TRANSLATION(16, new Translation()),
  ROTATION(17, new Rotation()),
  OCCLUSION(18, new Occlusion()),
  SENSOR_DROPOUT(19, new SensorDropout());

  /** The corruptions of CIFAR-10-C in the standard order. */
  public static final List<Corruption> STANDARD =
      Arrays.stream(values()).filter(Corruption::isPublished).toList();

  /** Severities run from 1 to this. */
  public static final int SEVERITY_MAX = 5;

  private final int number;

  // recipes hold tables only
  @SuppressWarnings("ImmutableEnumChecker")
  private final Recipe recipe;

  /**
   * @param number position in the standard order; seeds depend on it, so it never changes
   */
  Corruption(int number, Recipe recipe) {
    this.number = number;
    this.recipe = recipe;
  }

  /** True for a corruption of CIFAR-10-C. */
  boolean isPublished() {
    return number <= 15;
  }

  Recipe recipe() {
    return recipe;
  }

  /** The published name, such as {@code gaussian_noise}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The corruption of a published name.
   *
   * @throws IllegalArgumentException with the known names
   */
  public static Corruption of(String label) {
    return Arrays.stream(values())
        .filter(corruption -> corruption.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected a corruption of "
                        + Arrays.stream(values()).map(Corruption::label).toList()
                        + ", found "
                        + label));
  }

  /**
   * Corrupts one image; frost is of drawn textures, see {@link Corruptor}.
   *
   * @param image channels first, row by row, values 0 to 1; rounded to steps of 1/255 first
   * @param shape channels, height, width
   * @param severity 1 to 5
   * @param seed together with {@code index} decides what is random
   * @param index position of the image in its stream
   * @return a new image in steps of 1/255, cut off and not rounded where the recipe cuts off
   * @throws IllegalArgumentException for another severity, a wrong length or a pixel out of range
   */
  public float[] apply(float[] image, int[] shape, int severity, long seed, long index) {
    return apply(recipe, image, shape, severity, seed, index);
  }

  float[] apply(Recipe how, float[] image, int[] shape, int severity, long seed, long index) {
    if (severity < 1 || severity > SEVERITY_MAX) {
      throw new IllegalArgumentException(
          "expected a severity of 1 to " + SEVERITY_MAX + ", found " + severity);
    }
    if (shape.length != 3) {
      throw new IllegalArgumentException(
          "expected a shape of channels, height, width, found " + Arrays.toString(shape));
    }
    Pixels source = Pixels.of(image, shape[0], shape[1], shape[2]);
    int[] bytes = how.corrupt(source, severity, Draws.of(seed, number, severity, index));
    float[] corrupted = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      corrupted[i] = bytes[i] / 255f;
    }
    return corrupted;
  }
}
