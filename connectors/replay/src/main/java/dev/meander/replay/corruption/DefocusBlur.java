package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;
import java.util.ArrayList;
import java.util.List;

/**
 * Correlation with a disk: cells of a 17x17 grid with {@code x^2 + y^2 <= r^2}, normalised, then
 * smoothed by a 3x3 Gaussian. Beyond the edge the image is mirrored without repeating the edge.
 */
final class DefocusBlur implements Recipe {

  private static final int GRID_RADIUS = 8;
  private static final double[][] RADIUS_AND_SIGMA = {
    {0.3, 0.4}, {0.4, 0.5}, {0.5, 0.6}, {1, 0.2}, {1.5, 0.1}
  };

  /** A cell of a kernel that is not zero. */
  private record Tap(int dx, int dy, double weight) {}

  private final Tap[][] taps = new Tap[RADIUS_AND_SIGMA.length][];

  DefocusBlur() {
    for (int i = 0; i < taps.length; i++) {
      taps[i] = taps(kernel(RADIUS_AND_SIGMA[i][0], RADIUS_AND_SIGMA[i][1]));
    }
  }

  /** The kernel on the 17x17 grid; sums to 1. */
  static double[][] kernel(double radius, double sigma) {
    int side = 2 * GRID_RADIUS + 1;
    double[][] disk = new double[side][side];
    int cells = 0;
    for (int y = -GRID_RADIUS; y <= GRID_RADIUS; y++) {
      for (int x = -GRID_RADIUS; x <= GRID_RADIUS; x++) {
        if (x * x + y * y <= radius * radius) {
          disk[y + GRID_RADIUS][x + GRID_RADIUS] = 1;
          cells++;
        }
      }
    }
    double tail = StrictMath.exp(-1 / (2 * sigma * sigma));
    double[] gaussian = {tail / (1 + 2 * tail), 1 / (1 + 2 * tail), tail / (1 + 2 * tail)};
    double[][] smooth = new double[side][side];
    for (int y = 1; y < side - 1; y++) {
      for (int x = 1; x < side - 1; x++) {
        for (int v = -1; v <= 1; v++) {
          for (int u = -1; u <= 1; u++) {
            smooth[y][x] += gaussian[v + 1] * gaussian[u + 1] * disk[y + v][x + u] / cells;
          }
        }
      }
    }
    return smooth;
  }

  private static Tap[] taps(double[][] kernel) {
    List<Tap> taps = new ArrayList<>();
    for (int y = 0; y < kernel.length; y++) {
      for (int x = 0; x < kernel.length; x++) {
        if (kernel[y][x] > 0) {
          taps.add(new Tap(x - GRID_RADIUS, y - GRID_RADIUS, kernel[y][x]));
        }
      }
    }
    return taps.toArray(Tap[]::new);
  }

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    Tap[] kernel = taps[severity - 1];
    int[] bytes = new int[source.values().length];
    int at = 0;
    for (int channel = 0; channel < source.channels(); channel++) {
      for (int row = 0; row < source.height(); row++) {
        for (int column = 0; column < source.width(); column++) {
          bytes[at++] = Pixels.truncated(blurred(source, kernel, channel, row, column));
        }
      }
    }
    return bytes;
  }

  private static double blurred(Pixels source, Tap[] kernel, int channel, int row, int column) {
    int from = channel * source.planeSize();
    double sum = 0;
    for (Tap tap : kernel) {
      int y = Border.MIRRORED.inside(row + tap.dy, source.height());
      int x = Border.MIRRORED.inside(column + tap.dx, source.width());
      sum += tap.weight * source.values()[from + y * source.width() + x];
    }
    return sum;
  }
}
