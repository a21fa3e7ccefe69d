package dev.meander.core.method;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.optimise.OptimiserConfig;
import java.util.List;

/**
 * Which method, and its constants.
 *
 * @param name a name of {@link Methods}
 * @param rule update rule of methods that train
 * @param learningRate of the update rule
 * @param momentum of SGD
 * @param nesterov of SGD
 * @param batchShare weight of the batch in alpha-bn
 */
public record MethodConfig(
    String name,
    OptimiserConfig.Rule rule,
    double learningRate,
    double momentum,
    boolean nesterov,
    double batchShare) {

  public static final Option<String> NAME =
      Option.choice("method.name", "tent", Methods.names(), "Adaptation method.");
  public static final Option<OptimiserConfig.Rule> RULE =
      Option.oneOf(
          "method.optimiser",
          OptimiserConfig.Rule.ADAM,
          OptimiserConfig.Rule.class,
          "Update rule of methods that train.");
  public static final Option<Double> LEARNING_RATE =
      Option.number("method.learning.rate", 1e-3, 1e-9, 10, "Learning rate of the update rule.");
  public static final Option<Double> MOMENTUM =
      Option.number("method.momentum", 0.9, 0, 1, "Momentum of SGD.");
  public static final Option<Boolean> NESTEROV =
      Option.flag("method.nesterov", true, "Whether SGD uses Nesterov momentum.");
  public static final Option<Double> BATCH_SHARE =
      Option.number(
          "method.alpha", 0.1, 0.000001, 0.999999, "Weight of the batch statistics in alpha-bn.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS =
      List.of(NAME, RULE, LEARNING_RATE, MOMENTUM, NESTEROV, BATCH_SHARE);

  /** The defaults for the method of this name. */
  public static MethodConfig named(String name) {
    return new MethodConfig(name, OptimiserConfig.Rule.ADAM, 1e-3, 0.9, true, 0.1);
  }

  public MethodConfig {
    Methods.checkKnown(name);
    if (rule == OptimiserConfig.Rule.SGD && nesterov && momentum == 0) {
      throw new IllegalArgumentException(
          "expected method.momentum > 0 with method.nesterov, found 0");
    }
  }

  /** Reads the method's keys. */
  public static MethodConfig from(Settings settings) {
    return new MethodConfig(
        settings.get(NAME),
        settings.get(RULE),
        settings.get(LEARNING_RATE),
        settings.get(MOMENTUM),
        settings.get(NESTEROV),
        settings.get(BATCH_SHARE));
  }

  /** The update rule with its rates. */
  public OptimiserConfig optimiser() {
    return switch (rule) {
      case ADAM -> OptimiserConfig.adam(learningRate);
      case SGD -> OptimiserConfig.sgd(learningRate, momentum, nesterov);
    };
  }
}
