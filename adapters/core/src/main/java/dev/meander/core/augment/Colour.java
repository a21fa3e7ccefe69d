package dev.meander.core.augment;

/**
 * Colour changes of one image of 1 or 3 planes with values 0 to 1, in place; results are clipped to
 * 0 to 1. Saturation and hue leave an image of 1 plane as it is.
 */
final class Colour {

  private static final float RED = 0.2989f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private Colour() {}

  static float clip(float value) {
    return Math.min(1, Math.max(0, value));
  }

  /** Times {@code factor}. */
  static void brightness(float[] data, int from, int planes, int size, float factor) {
    for (int i = from; i < from + planes * size; i++) {
      data[i] = clip(factor * data[i]);
    }
  }

  /** Blended with the mean grey of the image. */
  static void contrast(float[] data, int from, int planes, int size, float factor) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += grey(data, from + i, planes, size);
    }
    float mean = (float) (sum / size);
    for (int i = from; i < from + planes * size; i++) {
      data[i] = clip(factor * data[i] + (1 - factor) * mean);
    }
  }

  /** Blended with the grey of each pixel. */
  static void saturation(float[] data, int from, int planes, int size, float factor) {
    if (planes != 3) {
      return;
    }
    for (int i = from; i < from + size; i++) {
      float grey = grey(data, i, planes, size);
      for (int plane = 0; plane < 3; plane++) {
        int at = i + plane * size;
        data[at] = clip(factor * data[at] + (1 - factor) * grey);
      }
    }
  }

  /** To the power of {@code exponent}. */
  static void gamma(float[] data, int from, int planes, int size, float exponent) {
    for (int i = from; i < from + planes * size; i++) {
      data[i] = clip((float) Math.pow(Math.max(1e-8f, clip(data[i])), exponent));
    }
  }

  /**
   * Turns the hue.
   *
   * @param turn share of a full turn, -0.5 to 0.5
   */
  static void hue(float[] data, int from, int planes, int size, float turn) {
    if (planes != 3) {
      return;
    }
    for (int i = from; i < from + size; i++) {
      float r = data[i];
      float g = data[i + size];
      float b = data[i + 2 * size];
      float max = Math.max(r, Math.max(g, b));
      float range = max - Math.min(r, Math.min(g, b));
      if (range == 0) {
        continue;
      }
      float sector;
      if (max == r) {
        sector = (g - b) / range;
      } else if (max == g) {
        sector = 2 + (b - r) / range;
      } else {
        sector = 4 + (r - g) / range;
      }
      float hue = sector / 6 + turn;
      hue -= (float) Math.floor(hue);
      for (int plane = 0; plane < 3; plane++) {
        // the standard form of HSV to RGB with offsets 5, 3, 1
        float k = (5 - 2 * plane + 6 * hue) % 6;
        data[i + plane * size] = clip(max - range * Math.max(0, Math.min(1, Math.min(k, 4 - k))));
      }
    }
  }

  /** Replaced by its grey. */
  static void greyscale(float[] data, int from, int planes, int size) {
    saturation(data, from, planes, size, 0);
  }

  private static float grey(float[] data, int at, int planes, int size) {
    return planes == 3
        ? RED * data[at] + GREEN * data[at + size] + BLUE * data[at + 2 * size]
        : data[at];
  }
}
