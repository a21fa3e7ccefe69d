package dev.meander.core.optimise;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), as PyTorch computes it in float32.
 *
 * <p>With gradient g (plus {@code weightDecay * theta}): {@code m = b1 m + (1-b1) g}, {@code v = b2
 * v + (1-b2) g^2}, {@code theta -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)}.
 *
 * <p>Thread-safety: none.
 */
public final class Adam implements Optimiser {

  private final OptimiserConfig config;
  private final float[] first;
  private final float[] second;
  private long steps;

  /**
   * @param config rates
   * @param size number of parameters
   */
  public Adam(OptimiserConfig config, int size) {
    this.config = config;
    this.first = new float[size];
    this.second = new float[size];
  }

  @Override
  public void step(float[] theta, float[] gradient) {
    step(theta, gradient, config.learningRate());
  }

  @Override
  public void step(float[] theta, float[] gradient, double learningRate) {
    Sgd.checkLengths(theta, gradient, first.length);
    steps++;
    double beta1 = config.beta1();
    double beta2 = config.beta2();
    float take1 = (float) (1 - beta1);
    float keep2 = (float) beta2;
    float take2 = (float) (1 - beta2);
    float stepSize = (float) (learningRate / (1 - Math.pow(beta1, steps)));
    float root2 = (float) Math.sqrt(1 - Math.pow(beta2, steps));
    float epsilon = (float) config.epsilon();
    float decay = (float) config.weightDecay();
    for (int i = 0; i < theta.length; i++) {
      float g = gradient[i] + decay * theta[i];
      // PyTorch's lerp: the same value as b1 m + (1-b1) g with one rounding less
      first[i] += take1 * (g - first[i]);
      second[i] = keep2 * second[i] + take2 * g * g;
      theta[i] -= stepSize * (first[i] / ((float) Math.sqrt(second[i]) / root2 + epsilon));
    }
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public Map<String, float[]> moments() {
    return new TreeMap<>(Map.of("first", first, "second", second));
  }

  @Override
  public void resumeAt(long steps) {
    this.steps = steps;
  }

  @Override
  public void reset() {
    Arrays.fill(first, 0);
    Arrays.fill(second, 0);
    steps = 0;
  }
}
