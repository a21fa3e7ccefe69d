package dev.meander.core.augment;

import dev.meander.core.tensor.Tensor;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Cuts each image into {@code patches x patches} equal patches and puts them in a random order, an
 * own one for every image (DeYO). Rows and columns that do not divide evenly stay where they are;
 * the reference resizes instead. A vector is cut into {@code patches^2} runs.
 *
 * @param patches along each side, at least 1
 */
public record PatchShuffle(int patches) implements Augmentation {

  @Override
  public Tensor apply(Tensor x, RandomGenerator random) {
    return arranged(x, row -> permutation(patches * patches, random));
  }

  /**
   * Puts the patches in a given order.
   *
   * @param orders for a row of {@code x}: which patch comes to each place, row by row; asked once
   *     for each row, in order
   */
  public Tensor arranged(Tensor x, IntFunction<int[]> orders) {
    int[] shape = x.shape();
    boolean image = shape.length == 4;
    int channels = image ? shape[1] : 1;
    int height = image ? shape[2] : 1;
    int width = image ? shape[3] : x.rowSize();
    int down = image ? patches : 1;
    int across = image ? patches : patches * patches;
    int patchHeight = height / down;
    int patchWidth = width / across;
    float[] out = x.data().clone();
    for (int i = 0; i < x.rows(); i++) {
      int[] order = orders.apply(i);
      for (int channel = 0; channel < channels; channel++) {
        int plane = (i * channels + channel) * height * width;
        for (int to = 0; to < order.length; to++) {
          int toAt = plane + to / across * patchHeight * width + to % across * patchWidth;
          int from = order[to];
          int fromAt = plane + from / across * patchHeight * width + from % across * patchWidth;
          for (int row = 0; row < patchHeight; row++) {
            System.arraycopy(x.data(), fromAt + row * width, out, toAt + row * width, patchWidth);
          }
        }
      }
    }
    return new Tensor(out, shape);
  }

  private static int[] permutation(int n, RandomGenerator random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
