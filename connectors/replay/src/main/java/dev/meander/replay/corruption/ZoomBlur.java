package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * Mean of the image and its centre zooms by 1, 1.01, ... The published ranges end before 1.06,
 * 1.11, 1.16, 1.21 and 1.26; rounded as they are, the first two still hold their end.
 */
final class ZoomBlur implements Recipe {

  private static final int[] ZOOMS = {7, 12, 16, 21, 26};

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    int zooms = ZOOMS[severity - 1];
    int plane = source.planeSize();
    int[] bytes = new int[source.values().length];
    for (int from = 0; from < bytes.length; from += plane) {
      double[] sum = new double[plane];
      System.arraycopy(source.values(), from, sum, 0, plane);
      for (int zoom = 0; zoom < zooms; zoom++) {
        double[] zoomed =
            Zoom.centre(source.values(), from, source.height(), source.width(), 1 + 0.01 * zoom);
        for (int i = 0; i < plane; i++) {
          sum[i] += zoomed[i];
        }
      }
      for (int i = 0; i < plane; i++) {
        bytes[from + i] = Pixels.truncated(sum[i] / (zooms + 1));
      }
    }
    return bytes;
  }
}
