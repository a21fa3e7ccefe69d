package dev.meander.replay.file;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Decimal numbers as tables have them: digits with a point or without, an exponent or none. What
 * programming languages take beside them, such as {@code 0x1p3}, {@code 1d} and {@code 1_000}, is
 * no number here.
 */
public final class DecimalNumber {

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?[0-9]+,[0-9]+");
  private static final Pattern INFINITE = Pattern.compile("(?i)[+-]?inf(inity)?");
  private static final Pattern MISSING =
      Pattern.compile("(?i)|\\?|n/?a|#n/?a|<na>|nan|null|none|nil|-|\\.|missing");
  private static final int LENGTH_MAX = 400;

  private DecimalNumber() {}

  /** The number; infinite when it is too large for a double, empty when it is none. */
  public static OptionalDouble parse(String cell) {
    return cell.length() <= LENGTH_MAX && NUMBER.matcher(cell).matches()
        ? OptionalDouble.of(Double.parseDouble(cell))
        : OptionalDouble.empty();
  }

  /** True for what stands for a missing value: nothing, {@code ?}, {@code NA}, {@code nan} etc. */
  public static boolean isMissing(String cell) {
    return MISSING.matcher(cell).matches();
  }

  /** What may be the matter with a cell that is no number, as the end of a message; or nothing. */
  public static String hint(String cell) {
    if (DECIMAL_COMMA.matcher(cell).matches()) {
      return "; a decimal comma? write a point";
    }
    if (INFINITE.matcher(cell).matches()) {
      return "; infinity is none";
    }
    if (cell.matches("(?i)[+-]?0x.*")) {
      return "; hexadecimal numbers are not read";
    }
    if (cell.matches("[+-]?[0-9.]+[dDfFlL]")) {
      return "; a number has no suffix";
    }
    if (cell.contains("\"") || cell.contains("'")) {
      return "; are the quotes out of place?";
    }
    return "";
  }
}
