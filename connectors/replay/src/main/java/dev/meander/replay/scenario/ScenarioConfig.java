package dev.meander.replay.scenario;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import java.util.List;

/**
 * What a scenario's stream depends on, beside its images.
 *
 * @param severity of the scenarios with one severity, 1 to 5
 * @param limit images of a segment at most, the first ones of the data set; at least 1
 * @param given whether images come in the order of the data set instead of a seeded one
 * @param dirichlet concentration of the Dirichlet draw in correlated scenarios; 0 sorts by class
 * @param cycles repetitions of the recurring scenario
 * @param imbalance most frequent over rarest class in the label shift scenario, at least 1
 * @param corruptions names, in this order; empty for those of the data set
 * @param sourceSamples training images at most, the first ones, for methods that use some
 */
public record ScenarioConfig(
    int severity,
    int limit,
    boolean given,
    double dirichlet,
    int cycles,
    double imbalance,
    List<String> corruptions,
    int sourceSamples) {

  /** Concentration of {@link Scenario#CORRELATED_DIRICHLET} unless one is set. */
  static final double DIRICHLET_USUAL = 0.1;

  private static final String STANDARD = "standard";

  public static final Option<Double> DIRICHLET =
      Option.number(
          "scenario.dirichlet",
          0,
          0,
          1_000,
          "Concentration of the Dirichlet draw that orders classes in correlated scenarios; 0 sorts by class.");
  public static final Option<Integer> CYCLES =
      Option.count("scenario.cycles", 20, 1, 1_000, "Repetitions of the recurring scenario.");

  public static final Option<Double> IMBALANCE =
      Option.number(
          "scenario.imbalance",
          10,
          1,
          1_000_000,
          "Images of the most frequent class over those of the rarest in label_shift.");
  public static final Option<String> CORRUPTIONS =
      Option.text(
          "scenario.corruptions",
          STANDARD,
          "Corruptions in their order, separated by commas; standard is the fifteen of CIFAR-10-C.");

  public static final Option<Integer> SOURCE_SAMPLES =
      Option.count(
          "scenario.source.samples",
          2_000,
          1,
          50_000,
          "Training images for methods that use some, the first ones that lie beside the data.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS =
      List.of(DIRICHLET, CYCLES, IMBALANCE, CORRUPTIONS, SOURCE_SAMPLES);

  public ScenarioConfig {
    if (severity < 1 || severity > 5) {
      throw new IllegalArgumentException("--severity: expected 1 to 5, found " + severity);
    }
    corruptions = List.copyOf(corruptions);
    if (limit < 1) {
      throw new IllegalArgumentException("--limit: expected at least 1, found " + limit);
    }
  }

  /** Reads the scenario's keys. */
  public static ScenarioConfig from(Settings settings, int severity, int limit, boolean given) {
    String named = settings.get(CORRUPTIONS);
    return new ScenarioConfig(
        severity,
        limit,
        given,
        settings.get(DIRICHLET),
        settings.get(CYCLES),
        settings.get(IMBALANCE),
        named.equals(STANDARD) ? List.of() : List.of(named.strip().split("\\s*,\\s*")),
        settings.get(SOURCE_SAMPLES));
  }
}
