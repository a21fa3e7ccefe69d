package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * Writes a baseline JPEG and reads it again: colours to brightness and two differences of colour at
 * half the size, blocks of 8 by 8 to cosines, quantised by the standard tables at a quality, and
 * back. What a file would hold is lossless, so no file is written. One channel is brightness alone.
 */
final class JpegCompression implements Recipe {

  private static final int[] QUALITY = {80, 65, 58, 50, 40};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    int quality = QUALITY[severity - 1];
    JpegBlocks brightness = JpegBlocks.brightness(quality);
    int height = source.height();
    int width = source.width();
    int plane = source.planeSize();
    if (source.channels() != 3) {
      int[] bytes = new int[source.values().length];
      for (int from = 0; from < bytes.length; from += plane) {
        int[] grey = new int[plane];
        for (int i = 0; i < plane; i++) {
          grey[i] = Pixels.rounded(source.values()[from + i]);
        }
        System.arraycopy(brightness.apply(grey, height, width), 0, bytes, from, plane);
      }
      return bytes;
    }
    int[][] colours = differences(source);
    int[] y = brightness.apply(colours[0], height, width);
    JpegBlocks colour = JpegBlocks.colour(quality);
    int[] cb = halved(colours[1], height, width, colour);
    int[] cr = halved(colours[2], height, width, colour);
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < plane; i++) {
      bytes[i] = clipped(y[i] + 1.402 * (cr[i] - 128));
      bytes[plane + i] = clipped(y[i] - 0.344136286 * (cb[i] - 128) - 0.714136286 * (cr[i] - 128));
      bytes[2 * plane + i] = clipped(y[i] + 1.772 * (cb[i] - 128));
    }
    return bytes;
  }

  private static int clipped(double value) {
    return (int) Math.max(0, Math.min(255, Math.floor(value + 0.5)));
  }

  private static int[][] differences(Pixels source) {
    int plane = source.planeSize();
    int[][] colours = new int[3][plane];
    for (int i = 0; i < plane; i++) {
      double red = source.values()[i] * 255;
      double green = source.values()[plane + i] * 255;
      double blue = source.values()[2 * plane + i] * 255;
      colours[0][i] = clipped(0.299 * red + 0.587 * green + 0.114 * blue);
      colours[1][i] = clipped(-0.168735892 * red - 0.331264108 * green + 0.5 * blue + 128);
      colours[2][i] = clipped(0.5 * red - 0.418687589 * green - 0.081312411 * blue + 128);
    }
    return colours;
  }

  /** Through the blocks at half the size. */
  private static int[] halved(int[] values, int height, int width, JpegBlocks blocks) {
    int low = (height + 1) / 2;
    int narrow = (width + 1) / 2;
    int[] small = new int[low * narrow];
    for (int row = 0; row < low; row++) {
      for (int column = 0; column < narrow; column++) {
        int upper = 2 * row * width;
        int lower = Math.min(height - 1, 2 * row + 1) * width;
        int left = 2 * column;
        int right = Math.min(width - 1, 2 * column + 1);
        int sum =
            values[upper + left]
                + values[upper + right]
                + values[lower + left]
                + values[lower + right];
        // the rounding alternates, as in the usual encoder
        small[row * narrow + column] = sum + 1 + (column & 1) >> 2;
      }
    }
    return doubled(blocks.apply(small, low, narrow), low, narrow, height, width);
  }

  /** Back to full size: three parts of the nearer pixel, one of the farther, in both directions. */
  private static int[] doubled(int[] small, int low, int narrow, int height, int width) {
    int[] large = new int[height * width];
    for (int row = 0; row < height; row++) {
      int near = row / 2;
      int far = Border.REPEATED.inside(near + (row % 2 == 0 ? -1 : 1), low);
      for (int column = 0; column < width; column++) {
        int at = column / 2;
        int beside = Border.REPEATED.inside(at + (column % 2 == 0 ? -1 : 1), narrow);
        int sum = 3 * small[near * narrow + at] + small[far * narrow + at];
        int sumBeside = 3 * small[near * narrow + beside] + small[far * narrow + beside];
        large[row * width + column] = 3 * sum + sumBeside + 8 - (column & 1) >> 4;
      }
    }
    return large;
  }
}
