package dev.meander.app.train;

import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.OptimiserConfig;

/**
 * An update rule whose learning rate falls along a half cosine: {@code rate / 2 (1 + cos(pi step /
 * steps))}, from the full rate at step 0 towards 0.
 *
 * <p>Thread-safety: none.
 */
final class CosineDescent {

  private final OptimiserConfig config;
  private final int steps;
  private Optimiser optimiser;

  CosineDescent(OptimiserConfig config, int size, int steps) {
    this.config = config;
    this.steps = steps;
    this.optimiser = config.create(size);
  }

  /** The learning rate of the step that comes next. */
  double nextRate() {
    double share = (double) optimiser.steps() / steps;
    return config.learningRate() / 2 * (1 + StrictMath.cos(Math.PI * share));
  }

  /**
   * Moves {@code theta} by one step.
   *
   * @throws IllegalStateException after the last step
   */
  void step(float[] theta, float[] gradient) {
    if (optimiser.steps() >= steps) {
      throw new IllegalStateException("expected at most " + steps + " steps, found one more");
    }
    Optimiser next = config.withLearningRate(nextRate()).create(theta.length);
    optimiser
        .moments()
        .forEach(
            (name, moment) ->
                System.arraycopy(moment, 0, next.moments().get(name), 0, moment.length));
    next.resumeAt(optimiser.steps());
    next.step(theta, gradient);
    optimiser = next;
  }
}
