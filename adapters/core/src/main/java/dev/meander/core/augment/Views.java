package dev.meander.core.augment;

import dev.meander.core.tensor.Tensor;
import java.util.random.RandomGenerator;

/** Shared steps of the random views: which inputs are images, flips, blurs, noise. */
final class Views {

  /** Standard deviation of the noise that stands for every view of an input that is no image. */
  static final double VECTOR_NOISE = 0.05;

  private Views() {}

  /** True for {@code [b, 1 or 3, height, width]} of at least 4 pixels a side. */
  static boolean isImages(Tensor x) {
    int[] shape = x.shape();
    return shape.length == 4 && (shape[1] == 1 || shape[1] == 3) && shape[2] >= 4 && shape[3] >= 4;
  }

  /** Adds Gaussian noise to every value. */
  static Tensor noise(Tensor x, double deviation, RandomGenerator random) {
    float[] out = x.data().clone();
    for (int i = 0; i < out.length; i++) {
      out[i] += (float) (deviation * random.nextGaussian());
    }
    return new Tensor(out, x.shape());
  }

  static float uniform(RandomGenerator random, double from, double to) {
    return (float) (from + (to - from) * random.nextDouble());
  }

  /** Mirrors every row of every plane, in place. */
  static void flip(float[] data, int width) {
    for (int from = 0; from < data.length; from += width) {
      for (int i = 0; i < width / 2; i++) {
        float left = data[from + i];
        data[from + i] = data[from + width - 1 - i];
        data[from + width - 1 - i] = left;
      }
    }
  }

  /** Weights of a Gaussian of {@code 2 radius + 1} taps, normalised. */
  static float[] gaussian(int radius, double deviation) {
    double[] taps = new double[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < taps.length; i++) {
      double distance = (i - radius) / deviation;
      taps[i] = Math.exp(-distance * distance / 2);
      sum += taps[i];
    }
    float[] weights = new float[taps.length];
    for (int i = 0; i < taps.length; i++) {
      weights[i] = (float) (taps[i] / sum);
    }
    return weights;
  }

  /**
   * Blurs one plane and cuts the border of the radius off.
   *
   * @param plane {@code [height * width]}
   * @return {@code [(height - 2 radius) * (width - 2 radius)]}
   */
  static float[] blurAndCut(float[] plane, int height, int width, float[] taps) {
    int radius = taps.length / 2;
    int inner = width - 2 * radius;
    float[] rows = new float[height * inner];
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < inner; c++) {
        float sum = 0;
        for (int t = 0; t < taps.length; t++) {
          sum += taps[t] * plane[r * width + c + t];
        }
        rows[r * inner + c] = sum;
      }
    }
    float[] out = new float[(height - 2 * radius) * inner];
    for (int r = 0; r < height - 2 * radius; r++) {
      for (int c = 0; c < inner; c++) {
        float sum = 0;
        for (int t = 0; t < taps.length; t++) {
          sum += taps[t] * rows[(r + t) * inner + c];
        }
        out[r * inner + c] = sum;
      }
    }
    return out;
  }
}
