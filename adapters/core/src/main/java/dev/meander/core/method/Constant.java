package dev.meander.core.method;

import java.util.Locale;

/**
 * A number of a method that its paper calls a hyperparameter.
 *
 * @param name dotted name, as in {@code method.constants}
 * @param usual its value unless the configuration gives another
 * @param min smallest value
 * @param max largest value
 * @param meaning one sentence, unit included
 */
public record Constant(String name, double usual, double min, double max, String meaning) {

  public Constant {
    check(name, usual, min, max);
  }

  /** The same constant of a method for which another value is usual. */
  Constant usually(double value) {
    return new Constant(name, value, min, max, meaning);
  }

  /**
   * Checks a value.
   *
   * @throws IllegalArgumentException when it is out of range
   */
  void check(double value) {
    check(name, value, min, max);
  }

  private static void check(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: expected a number of %s to %s, found %s", name, min, max, value));
    }
  }
}
