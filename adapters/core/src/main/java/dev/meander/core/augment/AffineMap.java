package dev.meander.core.augment;

/**
 * Where a pixel of a view comes from: {@code (xx dx + xy dy + x, yx dx + yy dy + y)} with dx, dy
 * measured from the centre of the view and the result from the centre of the image.
 */
record AffineMap(double xx, double xy, double x, double yx, double yy, double y) {

  /**
   * The inverse of: turned by {@code angle}, scaled, then moved.
   *
   * @param angle radians
   * @param scale above 1 enlarges
   * @param right pixels
   * @param down pixels
   */
  static AffineMap inverse(double angle, double scale, double right, double down) {
    double cosine = Math.cos(angle) / scale;
    double sine = Math.sin(angle) / scale;
    return new AffineMap(
        cosine, sine, -cosine * right - sine * down, -sine, cosine, sine * right - cosine * down);
  }

  /** What happens at the border of an image that is looked at beyond it. */
  enum Border {
    EDGE,
    REFLECT
  }

  /**
   * Samples one plane bilinearly.
   *
   * @param plane {@code [height * width]} from {@code from} on
   * @param pad pixels that the border continues; beyond them the image is 0
   * @param dx from the centre of the view
   * @param dy from the centre of the view
   */
  float sample(
      float[] plane,
      int from,
      int height,
      int width,
      int pad,
      Border border,
      double dx,
      double dy) {
    double column = xx * dx + xy * dy + x + (width - 1) / 2.0;
    double row = yx * dx + yy * dy + y + (height - 1) / 2.0;
    int left = (int) Math.floor(column);
    int top = (int) Math.floor(row);
    double right = column - left;
    double bottom = row - top;
    double sum = 0;
    for (int corner = 0; corner < 4; corner++) {
      int r = top + corner / 2;
      int c = left + corner % 2;
      double weight =
          (corner / 2 == 0 ? 1 - bottom : bottom) * (corner % 2 == 0 ? 1 - right : right);
      boolean inside = r >= -pad && r < height + pad && c >= -pad && c < width + pad;
      if (weight > 0 && inside) {
        int at = from + index(r, height, border) * width + index(c, width, border);
        sum += weight * plane[at];
      }
    }
    return (float) sum;
  }

  private static int index(int position, int size, Border border) {
    if (border == Border.REFLECT && size > 1) {
      int period = 2 * size - 2;
      int folded = Math.floorMod(position, period);
      return folded < size ? folded : period - folded;
    }
    return Math.min(size - 1, Math.max(0, position));
  }
}
