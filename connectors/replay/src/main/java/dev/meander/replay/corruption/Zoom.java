package dev.meander.replay.corruption;

/**
 * Enlarges the centre of a plane to at least its own size, bilinearly, corner on corner, and cuts
 * it back: of {@code ceil(size / factor)} pixels become {@code round(that factor)}.
 */
final class Zoom {

  private Zoom() {}

  /**
   * @param from where the plane of {@code height width} values begins
   * @param factor at least 1
   * @return a plane of the same size
   */
  static double[] centre(double[] values, int from, int height, int width, double factor) {
    double[] y = positions(height, factor);
    double[] x = positions(width, factor);
    double[] zoomed = new double[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        zoomed[row * width + column] =
            Bilinear.at(values, from, height, width, y[row], x[column], Border.REPEATED);
      }
    }
    return zoomed;
  }

  /** Where along one side the pixels come from. */
  private static double[] positions(int size, double factor) {
    int cut = (int) Math.ceil(size / factor);
    int first = (size - cut) / 2;
    int large = Math.max(size, (int) Math.rint(cut * factor));
    int trimmed = (large - size) / 2;
    double step = large == 1 ? 0 : (cut - 1.0) / (large - 1);
    double[] positions = new double[size];
    for (int i = 0; i < size; i++) {
      positions[i] = first + (i + trimmed) * step;
    }
    return positions;
  }
}
