package dev.meander.core.guard;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import java.util.List;

/**
 * Limits of {@link BoundsGuard}.
 *
 * @param driftMax largest distance from the base model relative to the base model's own norm, over
 *     all trained blocks
 */
public record GuardConfig(double driftMax) {

  public static final Option<Double> DRIFT_MAX =
      Option.number(
          "guard.drift.max",
          1,
          0,
          1_000,
          "Hold a candidate whose trained blocks are farther from the base than this many times the base's norm.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS = List.of(DRIFT_MAX);

  /** Reads the guard's keys. */
  public static GuardConfig from(Settings settings) {
    return new GuardConfig(settings.get(DRIFT_MAX));
  }
}
