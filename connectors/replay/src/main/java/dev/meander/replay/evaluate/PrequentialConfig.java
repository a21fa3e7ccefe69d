package dev.meander.replay.evaluate;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import java.util.List;

/**
 * How the error of a recorded stream is followed over time.
 *
 * @param labelDelay samples after which a label becomes known, where the data does not say
 * @param window labels that the windowed error looks back on
 * @param fading weight of a label against the one that became known after it
 */
public record PrequentialConfig(int labelDelay, int window, double fading) {

  public static final Option<Integer> LABEL_DELAY =
      Option.count(
          "prequential.label.delay",
          0,
          0,
          1_000_000_000,
          "Samples after which a label becomes known, where the data has no column label_delay.");
  public static final Option<Integer> WINDOW =
      Option.count(
          "prequential.window",
          1_000,
          1,
          1_000_000,
          "Labels that the windowed error looks back on.");
  public static final Option<Double> FADING =
      Option.number(
          "prequential.fading",
          0.999,
          0,
          1,
          "Weight of a label in the fading error against the one that became known after it.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS = List.of(LABEL_DELAY, WINDOW, FADING);

  static PrequentialConfig from(Settings settings) {
    return new PrequentialConfig(
        settings.get(LABEL_DELAY), settings.get(WINDOW), settings.get(FADING));
  }
}
