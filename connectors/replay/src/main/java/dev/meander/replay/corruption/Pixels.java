package dev.meander.replay.corruption;

/**
 * A byte image in float clothing: what every recipe reads. Values are exact multiples of 1/255 in
 * double, as they are when a recipe starts from a byte image.
 *
 * @param values channels first, row by row, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one call; never compared
record Pixels(double[] values, int channels, int height, int width) {

  /** Rounds a float image to bytes, so that a recipe sees the image a file would hold. */
  static Pixels of(float[] image, int channels, int height, int width) {
    if (image.length != channels * height * width) {
      throw new IllegalArgumentException(
          "expected "
              + channels * height * width
              + " floats for "
              + channels
              + "x"
              + height
              + "x"
              + width
              + ", found "
              + image.length);
    }
    double[] values = new double[image.length];
    for (int i = 0; i < image.length; i++) {
      if (!(image[i] >= 0 && image[i] <= 1)) {
        throw new IllegalArgumentException(
            "expected pixels of 0 to 1, found " + image[i] + " at " + i);
      }
      values[i] = Math.round(image[i] * 255) / 255.0;
    }
    return new Pixels(values, channels, height, width);
  }

  /** Pixels of one channel. */
  int planeSize() {
    return height * width;
  }

  /** The byte of a value: clipped to 0 to 1, then cut off, not rounded, as the recipe says. */
  static int truncated(double value) {
    return (int) (Math.max(0, Math.min(1, value)) * 255);
  }

  /** The nearest byte of a value, clipped to 0 to 1. */
  static int rounded(double value) {
    return (int) Math.round(Math.max(0, Math.min(1, value)) * 255);
  }

  /**
   * Brightness of a pixel: .299 red + .587 green + .114 blue; of other than three channels the
   * mean.
   */
  double grey(int pixel) {
    int plane = planeSize();
    if (channels == 3) {
      return 0.299 * values[pixel]
          + 0.587 * values[plane + pixel]
          + 0.114 * values[2 * plane + pixel];
    }
    double sum = 0;
    for (int at = pixel; at < values.length; at += plane) {
      sum += values[at];
    }
    return sum / channels;
  }
}
