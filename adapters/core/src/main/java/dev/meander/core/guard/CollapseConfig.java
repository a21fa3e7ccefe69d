package dev.meander.core.guard;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import java.util.List;

/**
 * Limits of {@link CollapseGuard} and the probes it looks at. Each has a reaction of its own; with
 * none of them nothing is kept and nothing is computed.
 *
 * <p>The usual limit of divergence lies between what methods show at their own rates on a trained
 * network and real images, 1.2 nats at most, and what training that breaks it shows within a few
 * steps, 3.5 and more.
 *
 * @param entropyMin smallest mean entropy of predictions, in units of the base model's
 * @param onEntropy what follows below it
 * @param diversityMin smallest entropy of the mean prediction, in units of the base model's
 * @param onDiversity what follows below it
 * @param divergenceMax largest mean KL divergence from the base model's predictions, nats
 * @param onDivergence what follows above it
 * @param probes samples of the stream that are kept, at most
 * @param probeEvery one of so many samples becomes a probe once the probes are full
 */
public record CollapseConfig(
    double entropyMin,
    Reaction onEntropy,
    double diversityMin,
    Reaction onDiversity,
    double divergenceMax,
    Reaction onDivergence,
    int probes,
    int probeEvery) {

  public static final Option<Double> ENTROPY_MIN =
      Option.number(
          "guard.entropy.min",
          0.1,
          0,
          1,
          "Entropy collapse: mean entropy of a candidate's predictions below this many times the base model's.");
  public static final Option<Reaction> ENTROPY_ACTION =
      Option.oneOf(
          "guard.entropy.action",
          Reaction.NONE,
          Reaction.class,
          "What follows: hold the candidate, return to the last version, reset to the base model.");
  public static final Option<Double> DIVERSITY_MIN =
      Option.number(
          "guard.diversity.min",
          0.5,
          0,
          1,
          "Class collapse: entropy of a candidate's mean prediction below this many times the base model's.");
  public static final Option<Reaction> DIVERSITY_ACTION =
      Option.oneOf("guard.diversity.action", Reaction.NONE, Reaction.class, "What follows.");
  public static final Option<Double> DIVERGENCE_MAX =
      Option.number(
          "guard.divergence.max",
          2,
          0,
          1_000,
          "Drift of predictions: mean KL divergence of a candidate from the base model under its statistics, nats.");
  public static final Option<Reaction> DIVERGENCE_ACTION =
      Option.oneOf("guard.divergence.action", Reaction.NONE, Reaction.class, "What follows.");
  public static final Option<Integer> PROBES =
      Option.count(
          "guard.probes",
          128,
          Probes.ROWS_MIN,
          4096,
          "Samples of the stream that candidate and base model are compared on, kept only with such an action.");
  public static final Option<Integer> PROBE_EVERY =
      Option.count(
          "guard.probe.every",
          16,
          1,
          1_000_000,
          "One of so many samples replaces the oldest probe; longer where classes come sorted.");

  /** Every option, in the order of the README table. */
  static final List<Option<?>> OPTIONS =
      List.of(
          ENTROPY_MIN,
          ENTROPY_ACTION,
          DIVERSITY_MIN,
          DIVERSITY_ACTION,
          DIVERGENCE_MAX,
          DIVERGENCE_ACTION,
          PROBES,
          PROBE_EVERY);

  /** The usual limits with one reaction to all of them. */
  public static CollapseConfig usual(Reaction reaction) {
    return new CollapseConfig(0.1, reaction, 0.5, reaction, 2, reaction, 128, 16);
  }

  /** Reads the guard's keys. */
  static CollapseConfig from(Settings settings) {
    return new CollapseConfig(
        settings.get(ENTROPY_MIN),
        settings.get(ENTROPY_ACTION),
        settings.get(DIVERSITY_MIN),
        settings.get(DIVERSITY_ACTION),
        settings.get(DIVERGENCE_MAX),
        settings.get(DIVERGENCE_ACTION),
        settings.get(PROBES),
        settings.get(PROBE_EVERY));
  }

  /** True when some limit has a reaction. */
  public boolean isOn() {
    return onEntropy != Reaction.NONE
        || onDiversity != Reaction.NONE
        || onDivergence != Reaction.NONE;
  }
}
