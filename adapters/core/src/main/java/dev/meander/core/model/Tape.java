package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass and what is needed to go back through it. Native memory of the pass lives until
 * {@link #close}.
 *
 * <p>Thread-safety: none; belongs to the thread that made it.
 */
public interface Tape extends AutoCloseable {

  /** Logits {@code [b, classes]}. */
  Tensor logits();

  /**
   * Penultimate features {@code [b, featureWidth]}; {@code [b, 0]} from a model that shows none,
   * see {@link ModelSpec#hasFeatures}.
   */
  Tensor features();

  /**
   * Vector-Jacobian product: pulls {@code dL/dlogits} and {@code dL/dfeatures} back to every block
   * named in {@link AdaptableModel#train}. May be called once, and only on a pass with gradients.
   *
   * @param dLogits {@code [b * classes]} or null
   * @param dFeatures {@code [b * featureWidth]} or null; one of both must be given
   */
  void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures);

  /**
   * Copies {@code dL/dblock} after {@link #backward}; zeros for a block the loss does not depend
   * on.
   */
  void gradient(Block block, float[] into);

  /**
   * Copies the batch statistic that the pass computed for the layer of {@code statistic}: the mean,
   * or the unbiased variance ({@code n/(n-1)}, n = batch times positions; the biased one in {@link
   * NormMode#biasedBlend}). One value per channel (n = 1) says nothing about a variance: the
   * running variance of the model is given instead.
   *
   * @param statistic a block of role RUNNING_MEAN or RUNNING_VARIANCE
   * @throws IllegalStateException when the pass ran in {@link NormMode#SOURCE}
   */
  void statistic(Block statistic, float[] into);

  @Override
  void close();
}
