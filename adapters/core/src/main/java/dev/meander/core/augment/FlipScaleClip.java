package dev.meander.core.augment;

import dev.meander.core.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * A fixed view without chance: {@code clip(scale * flip(x) + offset, low, high)}, flipped along the
 * last dimension if asked.
 *
 * @param flip whether the last dimension is reversed
 * @param scale factor
 * @param offset added after the factor
 * @param low smallest value
 * @param high largest value
 */
public record FlipScaleClip(boolean flip, float scale, float offset, float low, float high)
    implements Augmentation {

  @Override
  public Tensor apply(Tensor x, RandomGenerator random) {
    int[] shape = x.shape();
    int width = shape[shape.length - 1];
    float[] in = x.data();
    float[] out = new float[in.length];
    for (int i = 0; i < in.length; i++) {
      int column = i % width;
      int from = flip ? i - column + (width - 1 - column) : i;
      out[i] = Math.min(high, Math.max(low, scale * in[from] + offset));
    }
    return new Tensor(out, shape);
  }
}
