package dev.meander.core.method;

import dev.meander.core.math.Vectors;

/**
 * Weight ensembling: {@code theta = keep theta + (1 - keep) theta_source} after every update.
 *
 * @param keep share of the student, 0 to 1
 */
record PullToSource(double keep) implements AfterStep {

  @Override
  public void apply(float[] theta, float[] source) {
    Vectors.blendInPlace(theta, source, keep);
  }
}
