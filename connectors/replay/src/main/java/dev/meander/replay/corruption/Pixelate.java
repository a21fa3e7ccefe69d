package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * Shrinks to {@code (int) (c size)} and back with box filters, columns first, rounded to bytes
 * after each direction. As in the imaging library of the recipe a box weighs whole pixels: those
 * whose centre lies in it, all alike.
 */
final class Pixelate implements Recipe {

  private static final double[] KEPT = {0.95, 0.9, 0.85, 0.75, 0.65};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    int width = source.width();
    int height = source.height();
    int narrow = Math.max(1, (int) (width * KEPT[severity - 1]));
    int low = Math.max(1, (int) (height * KEPT[severity - 1]));
    int[] bytes = new int[source.values().length];
    for (int channel = 0; channel < source.channels(); channel++) {
      int from = channel * source.planeSize();
      int[] plane = new int[source.planeSize()];
      for (int i = 0; i < plane.length; i++) {
        plane[i] = (int) Math.round(source.values()[from + i] * 255);
      }
      int[] small = transpose(resizeColumns(plane, height, width, narrow), height, narrow);
      small = resizeColumns(small, narrow, height, low);
      int[] large = transpose(small, narrow, low);
      large = transpose(resizeColumns(large, low, narrow, width), low, width);
      large = transpose(resizeColumns(large, width, low, height), width, height);
      System.arraycopy(large, 0, bytes, from, large.length);
    }
    return bytes;
  }

  /** Resizes every row of a plane from {@code width} to {@code target} pixels. */
  static int[] resizeColumns(int[] plane, int height, int width, int target) {
    double scale = (double) width / target;
    double support = 0.5 * Math.max(1, scale);
    int[] resized = new int[height * target];
    for (int column = 0; column < target; column++) {
      double centre = (column + 0.5) * scale;
      int first = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(width, (int) (centre + support + 0.5));
      for (int row = 0; row < height; row++) {
        int sum = 0;
        int count = 0;
        for (int x = first; x < end; x++) {
          double offset = (x - centre + 0.5) / (2 * support);
          if (offset > -0.5 && offset <= 0.5) {
            sum += plane[row * width + x];
            count++;
          }
        }
        resized[row * target + column] = (2 * sum + count) / (2 * count);
      }
    }
    return resized;
  }

  private static int[] transpose(int[] plane, int height, int width) {
    int[] turned = new int[plane.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        turned[column * height + row] = plane[row * width + column];
      }
    }
    return turned;
  }
}
