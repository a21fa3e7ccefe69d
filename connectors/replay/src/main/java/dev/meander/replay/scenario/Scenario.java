package dev.meander.replay.scenario;

import dev.meander.core.config.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The settings under which the field evaluates adaptation, by their published names. Each says
 * which segments there are, in what order their images come, and when the learner starts again.
 *
 * <p>Thread-safety: immutable.
 */
public enum Scenario {
  /** Every corruption at one severity; the learner starts again before each. */
  RESET_EACH_SHIFT(Plan.EACH, Order.SHUFFLED, true),
  /** As {@link #RESET_EACH_SHIFT}, images sorted by class within a corruption. */
  RESET_EACH_SHIFT_CORRELATED(Plan.EACH, Order.CORRELATED, true),
  /** Every corruption at one severity, one after the other, never reset. */
  CONTINUAL(Plan.EACH, Order.SHUFFLED, false),
  /** Every corruption at severities 1, 2, 3, 4, 5, 4, 3, 2, 1. */
  GRADUAL(Plan.RAMP, Order.SHUFFLED, false),
  /** All corruptions at one severity shuffled into one stream. */
  MIXED_DOMAINS(Plan.MIXED, Order.SHUFFLED, false),
  /** As {@link #CONTINUAL}, images sorted by class within a corruption. */
  CORRELATED(Plan.EACH, Order.CORRELATED, false),
  /** As {@link #CONTINUAL}, classes dealt to chunks by a Dirichlet draw. */
  CORRELATED_DIRICHLET(Plan.EACH, Order.DIRICHLET, false),
  /** As {@link #GRADUAL}, images sorted by class within a segment. */
  GRADUAL_CORRELATED(Plan.RAMP, Order.CORRELATED, false),
  /** As {@link #MIXED_DOMAINS}, the whole stream sorted by class. */
  MIXED_CORRELATED(Plan.MIXED, Order.CORRELATED, false),
  /** As {@link #CONTINUAL}, class frequencies skewed differently within each corruption. */
  LABEL_SHIFT(Plan.EACH, Order.SKEWED, false),
  /** {@link #CONTINUAL} again and again. */
  RECURRING(Plan.CYCLES, Order.SHUFFLED, false),
  /** {@link #CONTINUAL} one image at a time, with a window of past images. */
  SINGLE_SAMPLE(Plan.EACH, Order.SHUFFLED, false),
  /** {@link #CONTINUAL} with a clean segment after every corruption. */
  FORGETTING(Plan.CLEAN_AFTER_EACH, Order.SHUFFLED, false);

  /** Which segments there are. */
  enum Plan {
    EACH,
    RAMP,
    MIXED,
    CYCLES,
    CLEAN_AFTER_EACH
  }

  /** In what order the images of a part come. */
  enum Order {
    SHUFFLED,
    CORRELATED,
    DIRICHLET,
    SKEWED
  }

  private final Plan plan;
  private final Order order;
  private final boolean resets;

  Scenario(Plan plan, Order order, boolean resets) {
    this.plan = plan;
    this.order = order;
    this.resets = resets;
  }

  Plan plan() {
    return plan;
  }

  Order order() {
    return order;
  }

  /** True when the learner starts again before every part. */
  public boolean resets() {
    return resets;
  }

  /** The published name, such as {@code mixed_domains}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Every name, in the order of the constants. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Scenario::label).toList();
  }

  /**
   * The scenario of a name: its label, with either dash, or one of its short names {@code mixed},
   * {@code reset} and {@code mixed_domains_correlated}.
   *
   * @throws IllegalArgumentException with the known names
   */
  public static Scenario of(String label) {
    String name =
        switch (label.replace('-', '_')) {
          case "mixed" -> MIXED_DOMAINS.label();
          case "reset" -> RESET_EACH_SHIFT.label();
          case "mixed_domains_correlated" -> MIXED_CORRELATED.label();
          default -> label.replace('-', '_');
        };
    return Arrays.stream(values())
        .filter(scenario -> scenario.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected a scenario of "
                        + String.join(", ", labels())
                        + ", found \""
                        + label
                        + "\""
                        + Nearest.suggestion(label, labels())));
  }
}
