package dev.meander.core.guard;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import java.util.List;
import java.util.stream.Stream;

/**
 * Limits of a candidate.
 *
 * @param driftMax largest distance from the base model relative to the base model's own norm, over
 *     all trained blocks
 * @param onDrift what follows beyond it
 * @param collapse limits of its predictions
 */
public record GuardConfig(double driftMax, Reaction onDrift, CollapseConfig collapse) {

  public static final Option<Double> DRIFT_MAX =
      Option.number(
          "guard.drift.max",
          1,
          0,
          1_000,
          "Hold a candidate whose trained blocks are farther from the base than this many times the base's norm.");
  public static final Option<Reaction> DRIFT_ACTION =
      Option.oneOf(
          "guard.drift.action",
          Reaction.HOLD,
          Reaction.class,
          "What follows: hold the candidate, return to the last version, reset to the base model.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS =
      Stream.of(List.of(DRIFT_MAX, DRIFT_ACTION), CollapseConfig.OPTIONS)
          .<Option<?>>flatMap(List::stream)
          .toList();

  /** A budget for the distance from the base, and no look at predictions. */
  public GuardConfig(double driftMax) {
    this(driftMax, Reaction.HOLD, CollapseConfig.usual(Reaction.NONE));
  }

  /** Reads the guard's keys. */
  public static GuardConfig from(Settings settings) {
    return new GuardConfig(
        settings.get(DRIFT_MAX), settings.get(DRIFT_ACTION), CollapseConfig.from(settings));
  }
}
