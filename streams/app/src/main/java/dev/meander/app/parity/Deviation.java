package dev.meander.app.parity;

import java.util.Locale;

/**
 * The largest deviation of one tensor from its trace, over all batches.
 *
 * @param set folder of the trace
 * @param trace its tag
 * @param tensor which numbers: output, loss, a parameter of a copy, a gradient
 * @param largest largest absolute deviation; relative for losses; infinite where one of both is NaN
 * @param tolerance what the trace allows
 */
public record Deviation(String set, String trace, String tensor, double largest, double tolerance) {

  /** True when the trace is met. */
  public boolean holds() {
    return largest <= tolerance;
  }

  /** One line for people. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%-4s %-10s %-13s %-28s %9.2e  of %8.2e",
        holds() ? "ok" : "FAIL",
        set,
        trace,
        tensor,
        largest,
        tolerance);
  }
}
