package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * {@code (x + c fractal) max(x) / (max(x) + c)} with a plasma fractal of 0 to 1 (diamond-square on
 * a torus, each level's noise smaller by the decay), max(x) over the whole image.
 */
final class Fog implements Recipe {

  private static final double[] THICKNESS = {0.2, 0.5, 0.75, 1, 1.5};
  private static final double[] DECAY = {3, 3, 2.5, 2, 1.75};
  private static final double ROUGHNESS = 100;

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    double thickness = THICKNESS[severity - 1];
    int side = 1;
    while (side < Math.max(source.height(), source.width())) {
      side *= 2;
    }
    double[] fractal = fractal(side, DECAY[severity - 1], draws);
    double max = 0;
    for (double value : source.values()) {
      max = Math.max(max, value);
    }
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < bytes.length; i++) {
      int pixel = i % source.planeSize();
      double fog = fractal[pixel / source.width() * side + pixel % source.width()];
      bytes[i] = Pixels.truncated((source.values()[i] + thickness * fog) * max / (max + thickness));
    }
    return bytes;
  }

  /** Heights of 0 to 1, {@code side side} of them; side is a power of two. */
  static double[] fractal(int side, double decay, Draws draws) {
    double[] heights = new double[side * side];
    double wobble = ROUGHNESS;
    for (int step = side; step >= 2; step /= 2) {
      int half = step / 2;
      for (int y = 0; y < side; y += step) {
        for (int x = 0; x < side; x += step) {
          setMiddle(heights, side, y + half, x + half, half, wobble, draws);
        }
      }
      for (int y = 0; y < side; y += half) {
        for (int x = y % step == 0 ? half : 0; x < side; x += step) {
          setDiamond(heights, side, y, x, half, wobble, draws);
        }
      }
      wobble /= decay;
    }
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double height : heights) {
      min = Math.min(min, height);
      max = Math.max(max, height);
    }
    double range = max > min ? max - min : 1;
    for (int i = 0; i < heights.length; i++) {
      heights[i] = (heights[i] - min) / range;
    }
    return heights;
  }

  /** The middle of a square from its corners. */
  private static void setMiddle(
      double[] heights, int side, int y, int x, int half, double wobble, Draws draws) {
    double sum =
        at(heights, side, y - half, x - half)
            + at(heights, side, y - half, x + half)
            + at(heights, side, y + half, x - half)
            + at(heights, side, y + half, x + half);
    heights[y * side + x] = sum / 4 + wobble * draws.uniform(-wobble, wobble);
  }

  /** The middle of a diamond from its four tips. */
  private static void setDiamond(
      double[] heights, int side, int y, int x, int half, double wobble, Draws draws) {
    double sum =
        at(heights, side, y - half, x)
            + at(heights, side, y + half, x)
            + at(heights, side, y, x - half)
            + at(heights, side, y, x + half);
    heights[y * side + x] = sum / 4 + wobble * draws.uniform(-wobble, wobble);
  }

  private static double at(double[] heights, int side, int y, int x) {
    return heights[(y & side - 1) * side + (x & side - 1)];
  }
}
