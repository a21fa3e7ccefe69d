package dev.meander.serving.http;

import org.jspecify.annotations.Nullable;

/**
 * The line of what a model threw that says what is wrong. An interpreter of scripts puts it last,
 * after the lines of code that led there.
 *
 * <p>Thread-safety: stateless.
 */
final class ThrownReason {

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private ThrownReason() {}

  /** The reason on one line. */
  static String of(Throwable thrown) {
    @Nullable Throwable root = thrown;
    for (int i = 0; i < CAUSES_MAX && root.getCause() != null; i++) {
      root = root.getCause();
    }
    String reason = "";
    for (String line : String.valueOf(root.getMessage()).split("\\R")) {
      String text = line.strip();
      if (!text.isEmpty()
          && (reason.isEmpty() || text.matches("[A-Za-z.]*(Error|Exception): .*"))) {
        reason = text;
      }
    }
    return root.getMessage() == null || reason.isEmpty()
        ? root.getClass().getSimpleName()
        : Found.line(reason);
  }
}
