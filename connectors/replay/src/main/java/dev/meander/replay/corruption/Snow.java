package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * Flakes: normal noise, its centre zoomed, values under a threshold 0, blurred along a line at an
 * angle of U(-135, -45) degrees. The image fades towards {@code max(x, 1.5 grey + .5)} and gets the
 * flakes and the flakes turned by 180 degrees on top. The layer is a byte image between the steps.
 */
final class Snow implements Recipe {

  /**
   * One severity.
   *
   * @param kept share of the image that does not fade
   */
  private record Degree(
      double mean,
      double deviation,
      double zoom,
      double threshold,
      MotionFilter blur,
      double kept) {}

  private static final Degree[] DEGREES = {
    new Degree(0.1, 0.2, 1, 0.6, new MotionFilter(8, 3), 0.95),
    new Degree(0.1, 0.2, 1, 0.5, new MotionFilter(10, 4), 0.9),
    new Degree(0.15, 0.3, 1.75, 0.55, new MotionFilter(10, 4), 0.9),
    new Degree(0.25, 0.3, 2.25, 0.6, new MotionFilter(12, 6), 0.85),
    new Degree(0.3, 0.3, 1.25, 0.65, new MotionFilter(14, 12), 0.8)
  };

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    Degree degree = DEGREES[severity - 1];
    int plane = source.planeSize();
    double[] flakes = flakes(source, degree, draws);
    int[] bytes = new int[source.values().length];
    for (int pixel = 0; pixel < plane; pixel++) {
      double white = source.grey(pixel) * 1.5 + 0.5;
      double fallen = flakes[pixel] + flakes[plane - 1 - pixel];
      for (int at = pixel; at < bytes.length; at += plane) {
        double value = source.values()[at];
        double faded = degree.kept * value + (1 - degree.kept) * Math.max(value, white);
        bytes[at] = Pixels.truncated(faded + fallen);
      }
    }
    return bytes;
  }

  private static double[] flakes(Pixels source, Degree degree, Draws draws) {
    int height = source.height();
    int width = source.width();
    double[] noise = new double[source.planeSize()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = degree.mean + degree.deviation * draws.gaussian();
    }
    double[] layer = Zoom.centre(noise, 0, height, width, degree.zoom);
    for (int i = 0; i < layer.length; i++) {
      layer[i] = layer[i] < degree.threshold ? 0 : Pixels.truncated(layer[i]) / 255.0;
    }
    double[] blurred = degree.blur.apply(layer, 0, height, width, draws.uniform(-135, -45));
    for (int i = 0; i < blurred.length; i++) {
      blurred[i] = Pixels.rounded(blurred[i]) / 255.0;
    }
    return blurred;
  }
}
