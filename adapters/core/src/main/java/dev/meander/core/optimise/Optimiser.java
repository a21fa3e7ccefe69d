package dev.meander.core.optimise;

import java.util.Map;

/**
 * An update rule with explicit state over one flat parameter array.
 *
 * <p>Thread-safety: none.
 */
public interface Optimiser {

  /**
   * Moves {@code theta} by one step.
   *
   * @param theta parameters, changed in place
   * @param gradient dL/dtheta, same length
   */
  void step(float[] theta, float[] gradient);

  /** As {@link #step(float[], float[])} with another learning rate, &gt; 0. */
  void step(float[] theta, float[] gradient, double learningRate);

  /** Steps so far. */
  long steps();

  /** The moment arrays by name; live arrays, not copies. Their number and lengths never change. */
  Map<String, float[]> moments();

  /** Continues after {@code steps} steps; the moments are written through {@link #moments}. */
  void resumeAt(long steps);

  /** Forgets everything. */
  void reset();
}
