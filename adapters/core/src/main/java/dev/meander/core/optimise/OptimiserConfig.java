package dev.meander.core.optimise;

/**
 * An update rule and its rates.
 *
 * @param rule which one
 * @param learningRate &gt; 0
 * @param momentum of SGD, 0 to 1
 * @param nesterov of SGD; needs momentum
 * @param beta1 of Adam, 0 to 1
 * @param beta2 of Adam, 0 to 1
 * @param epsilon of Adam
 * @param weightDecay added to the gradient times theta
 */
public record OptimiserConfig(
    Rule rule,
    double learningRate,
    double momentum,
    boolean nesterov,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay) {

  /** Update rules by name. */
  public enum Rule {
    ADAM,
    SGD
  }

  public OptimiserConfig {
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException("expected a learning rate > 0, found " + learningRate);
    }
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("expected momentum > 0 with nesterov, found 0");
    }
  }

  /** Adam with the usual betas .9 and .999, epsilon 1e-8, no decay. */
  public static OptimiserConfig adam(double learningRate) {
    return new OptimiserConfig(Rule.ADAM, learningRate, 0, false, 0.9, 0.999, 1e-8, 0);
  }

  /** SGD without decay. */
  public static OptimiserConfig sgd(double learningRate, double momentum, boolean nesterov) {
    return new OptimiserConfig(Rule.SGD, learningRate, momentum, nesterov, 0.9, 0.999, 1e-8, 0);
  }

  /** The same rule with another learning rate. */
  public OptimiserConfig withLearningRate(double rate) {
    return new OptimiserConfig(rule, rate, momentum, nesterov, beta1, beta2, epsilon, weightDecay);
  }

  /** The same rule with another weight decay. */
  public OptimiserConfig withWeightDecay(double decay) {
    return new OptimiserConfig(
        rule, learningRate, momentum, nesterov, beta1, beta2, epsilon, decay);
  }

  /** A fresh optimiser for {@code size} parameters. */
  public Optimiser create(int size) {
    return switch (rule) {
      case ADAM -> new Adam(this, size);
      case SGD -> new Sgd(this, size);
    };
  }
}
