package dev.meander.core.optimise;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stochastic gradient descent with momentum, as PyTorch computes it in float32 (dampening 0).
 *
 * <p>With gradient g (plus {@code weightDecay * theta}): {@code buf = g} at the first step, else
 * {@code buf = momentum buf + g}; {@code theta -= lr (g + momentum buf)} with Nesterov, else {@code
 * theta -= lr buf}.
 *
 * <p>Thread-safety: none.
 */
public final class Sgd implements Optimiser {

  private final OptimiserConfig config;
  private final float[] buffer;
  private long steps;

  /**
   * @param config rates
   * @param size number of parameters
   */
  public Sgd(OptimiserConfig config, int size) {
    this.config = config;
    this.buffer = new float[size];
  }

  @Override
  public void step(float[] theta, float[] gradient) {
    step(theta, gradient, config.learningRate());
  }

  @Override
  public void step(float[] theta, float[] gradient, double learningRate) {
    checkLengths(theta, gradient, buffer.length);
    float rate = (float) learningRate;
    float momentum = (float) config.momentum();
    float decay = (float) config.weightDecay();
    boolean first = steps == 0;
    steps++;
    for (int i = 0; i < theta.length; i++) {
      float g = gradient[i] + decay * theta[i];
      buffer[i] = first ? g : momentum * buffer[i] + g;
      theta[i] -= rate * (config.nesterov() ? g + momentum * buffer[i] : buffer[i]);
    }
  }

  static void checkLengths(float[] theta, float[] gradient, int size) {
    if (theta.length != size || gradient.length != size) {
      throw new IllegalArgumentException(
          "expected "
              + size
              + " parameters and gradients, found "
              + theta.length
              + " and "
              + gradient.length);
    }
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public Map<String, float[]> moments() {
    return new TreeMap<>(Map.of("momentum", buffer));
  }

  @Override
  public void resumeAt(long steps) {
    this.steps = steps;
  }

  @Override
  public void reset() {
    Arrays.fill(buffer, 0);
    steps = 0;
  }
}
