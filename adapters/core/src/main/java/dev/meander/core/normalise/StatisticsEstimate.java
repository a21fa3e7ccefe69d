package dev.meander.core.normalise;

import dev.meander.core.math.Vectors;
import dev.meander.core.weights.Layout;

/**
 * The statistics a version is served with: a moving average of batch means and unbiased variances,
 * started at the source's, blended with the source's on reading.
 *
 * <p>Per block: {@code e = keep e + (1 - keep) b} for each batch b, and {@code served = s source +
 * (1 - s) e}.
 *
 * <p>Thread-safety: none.
 */
public final class StatisticsEstimate {

  private final Layout layout;
  private final float[] source;
  private final float[] estimate;

  /**
   * @param layout the model's running statistics
   * @param source their floats in the base model, owned from now on
   */
  public StatisticsEstimate(Layout layout, float[] source) {
    if (source.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected " + layout.size() + " floats, found " + source.length);
    }
    this.layout = layout;
    this.source = source;
    this.estimate = source.clone();
  }

  public Layout layout() {
    return layout;
  }

  /** The base model's statistics; not a copy, do not write. */
  public float[] source() {
    return source;
  }

  /** The moving average; live, so that a snapshot can be read and restored. */
  public float[] estimate() {
    return estimate;
  }

  /**
   * Takes in the statistics of one batch.
   *
   * @param keep share of the old average, 0 to 1
   */
  public void observe(float[] batch, double keep) {
    Vectors.blendInPlace(estimate, batch, keep);
  }

  /**
   * The statistics to serve with.
   *
   * @param sourceShare s, 0 to 1
   */
  public float[] served(double sourceShare) {
    float[] served = estimate.clone();
    Vectors.blendInPlace(served, source, 1 - sourceShare);
    return served;
  }
}
