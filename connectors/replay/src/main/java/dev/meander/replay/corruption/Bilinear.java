package dev.meander.replay.corruption;

/** Values between pixels. */
final class Bilinear {

  private Bilinear() {}

  /**
   * The value at a position.
   *
   * @param from where the plane of {@code height width} values begins
   */
  static double at(
      double[] values, int from, int height, int width, double y, double x, Border border) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double down = y - top;
    double right = x - left;
    int upper = from + border.inside(top, height) * width;
    int lower = from + border.inside(top + 1, height) * width;
    int first = border.inside(left, width);
    int second = border.inside(left + 1, width);
    return (1 - down) * ((1 - right) * values[upper + first] + right * values[upper + second])
        + down * ((1 - right) * values[lower + first] + right * values[lower + second]);
  }
}
