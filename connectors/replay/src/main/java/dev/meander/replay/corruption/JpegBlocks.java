package dev.meander.replay.corruption;

/**
 * Quantises a plane of bytes in blocks of 8 by 8 cosines. Planes that are no multiple of 8 are
 * continued by their last row and column.
 */
final class JpegBlocks {

  private static final int SIDE = 8;
  private static final int LEVEL = 128;
  private static final double[][] COSINES = cosines();

  /** Table K.1 of the standard, row by row. */
  private static final int[] BRIGHTNESS = {
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, //
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, //
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, //
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99
  };

  /** Table K.2 of the standard, row by row. */
  private static final int[] COLOUR = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, //
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99
  };

  private final int[] steps;

  private JpegBlocks(int[] table, int quality) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    this.steps = new int[table.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.max(1, Math.min(255, (table[i] * percent + 50) / 100));
    }
  }

  /**
   * @param quality 1 to 100
   */
  static JpegBlocks brightness(int quality) {
    return new JpegBlocks(BRIGHTNESS, quality);
  }

  /**
   * @param quality 1 to 100
   */
  static JpegBlocks colour(int quality) {
    return new JpegBlocks(COLOUR, quality);
  }

  private static double[][] cosines() {
    double[][] cosines = new double[SIDE][SIDE];
    for (int k = 0; k < SIDE; k++) {
      for (int i = 0; i < SIDE; i++) {
        double scale = k == 0 ? Math.sqrt(1.0 / SIDE) : Math.sqrt(2.0 / SIDE);
        cosines[k][i] = scale * StrictMath.cos((2 * i + 1) * k * Math.PI / (2 * SIDE));
      }
    }
    return cosines;
  }

  /** The plane as a reader sees it. */
  int[] apply(int[] plane, int height, int width) {
    int[] decoded = new int[plane.length];
    double[] block = new double[SIDE * SIDE];
    for (int top = 0; top < height; top += SIDE) {
      for (int left = 0; left < width; left += SIDE) {
        for (int i = 0; i < block.length; i++) {
          int row = Math.min(height - 1, top + i / SIDE);
          int column = Math.min(width - 1, left + i % SIDE);
          block[i] = plane[row * width + column] - LEVEL;
        }
        double[] back = quantised(block);
        for (int i = 0; i < block.length; i++) {
          int row = top + i / SIDE;
          int column = left + i % SIDE;
          if (row < height && column < width) {
            long value = Math.round(back[i]) + LEVEL;
            decoded[row * width + column] = (int) Math.max(0, Math.min(255, value));
          }
        }
      }
    }
    return decoded;
  }

  private double[] quantised(double[] block) {
    double[] frequencies = transform(block, true);
    for (int i = 0; i < frequencies.length; i++) {
      double size = Math.floor(Math.abs(frequencies[i]) / steps[i] + 0.5);
      frequencies[i] = Math.copySign(size * steps[i], frequencies[i]);
    }
    return transform(frequencies, false);
  }

  /** The cosine transform of a block, or its inverse. */
  private static double[] transform(double[] block, boolean forward) {
    double[] rows = new double[block.length];
    double[] both = new double[block.length];
    for (int pass = 0; pass < 2; pass++) {
      double[] from = pass == 0 ? block : rows;
      double[] into = pass == 0 ? rows : both;
      for (int row = 0; row < SIDE; row++) {
        for (int k = 0; k < SIDE; k++) {
          double sum = 0;
          for (int i = 0; i < SIDE; i++) {
            sum += from[row * SIDE + i] * (forward ? COSINES[k][i] : COSINES[i][k]);
          }
          // turned, so that the second pass does the columns and turns back
          into[k * SIDE + row] = sum;
        }
      }
    }
    return both;
  }
}
