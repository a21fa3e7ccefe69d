package dev.meander.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * How the floats of a batch of images lie in the engine's memory. The shape, and what a model
 * computes but for rounding, are the same. Convolutions work channels last: given another order,
 * each of them sorts its input and its answer, which costs a third of a pass.
 */
enum MemoryOrder {

  /** As the tensor's shape says, the last dimension running fastest. */
  AS_SHAPED {
    @Override
    NDArray create(NDManager scope, Tensor x) {
      return scope.create(x.data(), new Shape(Arrays.stream(x.shape()).asLongStream().toArray()));
    }
  },

  /** Of {@code [b, channels, height, width]} the channels run fastest. */
  CHANNELS_LAST {
    @Override
    NDArray create(NDManager scope, Tensor x) {
      int[] shape = x.shape();
      int channels = shape[1];
      Shape rotated = new Shape(shape[0], shape[2], shape[3], channels);
      float[] sorted = channelsLast(x.data(), channels, shape[2] * shape[3]);
      return scope.create(sorted, rotated).transpose(0, 3, 1, 2);
    }
  };

  private static final int IMAGES = 4; // dimensions of a batch of images

  /** Whether inputs of this shape, rows included, can lie channels last. */
  static boolean isForImages(int[] shape) {
    return shape.length == IMAGES;
  }

  /** The order in words. */
  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The batch in native memory. */
  abstract NDArray create(NDManager scope, Tensor x);

  private static float[] channelsLast(float[] planes, int channels, int positions) {
    float[] sorted = new float[planes.length];
    for (int image = 0; image < planes.length; image += channels * positions) {
      for (int channel = 0; channel < channels; channel++) {
        int plane = image + channel * positions;
        for (int position = 0; position < positions; position++) {
          sorted[image + position * channels + channel] = planes[plane + position];
        }
      }
    }
    return sorted;
  }
}
