package dev.meander.core.gate;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import java.util.List;

/**
 * Thresholds of {@link EntropyGate}.
 *
 * @param entropyMaxFraction upper threshold E_max as a fraction of ln(classes); 1 admits every
 *     entropy
 * @param entropyMinFraction lower threshold E_min as a fraction of ln(classes); 0 is off
 * @param redundancyMaxCosine d: skip when |cos(mean answer, answer)| is at least this; 1 is off
 * @param redundancyKeep share of the old mean answer when one is admitted
 * @param adaptive whether E_max follows the stream's mean entropy
 * @param warmUpEvents events after which the mean entropy of the warm-up is frozen
 */
public record GateConfig(
    double entropyMaxFraction,
    double entropyMinFraction,
    double redundancyMaxCosine,
    double redundancyKeep,
    boolean adaptive,
    int warmUpEvents) {

  public static final Option<Double> ENTROPY_MAX =
      Option.number(
          "gate.entropy.max.fraction",
          1,
          0,
          1,
          "Skip events whose served answer has an entropy of at least this fraction of ln(classes); 1 is off.");
  public static final Option<Double> ENTROPY_MIN =
      Option.number(
          "gate.entropy.min.fraction",
          0,
          0,
          1,
          "Skip events whose served answer has an entropy of at most this fraction of ln(classes); 0 is off.");
  public static final Option<Double> REDUNDANCY =
      Option.number(
          "gate.redundancy.max.cosine",
          1,
          0,
          1,
          "Skip events whose answer has at least this cosine with the mean admitted answer; 1 is off.");
  public static final Option<Double> KEEP =
      Option.number(
          "gate.redundancy.keep",
          0.9,
          0,
          1,
          "Share of the old mean answer when an event is admitted.");
  public static final Option<Boolean> ADAPTIVE =
      Option.flag(
          "gate.entropy.adaptive",
          false,
          "Whether the upper threshold follows the stream's mean entropy relative to the warm-up's.");
  public static final Option<Integer> WARM_UP =
      Option.count(
          "gate.entropy.warm-up.events",
          500,
          1,
          1_000_000,
          "Events after which the warm-up's mean entropy is frozen.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS =
      List.of(ENTROPY_MAX, ENTROPY_MIN, REDUNDANCY, KEEP, ADAPTIVE, WARM_UP);

  public GateConfig {
    if (entropyMinFraction >= entropyMaxFraction) {
      throw new IllegalArgumentException(
          "expected gate.entropy.min.fraction below gate.entropy.max.fraction, found "
              + entropyMinFraction
              + " and "
              + entropyMaxFraction);
    }
  }

  /** Reads the gate's keys. */
  public static GateConfig from(Settings settings) {
    return new GateConfig(
        settings.get(ENTROPY_MAX),
        settings.get(ENTROPY_MIN),
        settings.get(REDUNDANCY),
        settings.get(KEEP),
        settings.get(ADAPTIVE),
        settings.get(WARM_UP));
  }
}
