package dev.meander.core.model;

import java.util.Locale;
import java.util.Set;

/**
 * A pass that the model did not finish: it threw on its way forth or back, because of a sample, of
 * what the samples are together, or of the machine it runs on.
 */
public final class PassFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private static final int REASON_CHARACTERS_MAX = 500;

  /** How engines say that memory was short, in lower case. */
  private static final Set<String> MEMORY =
      Set.of(
          "out of memory",
          "can't allocate memory",
          "cannot allocate memory",
          "not enough memory",
          "failed to allocate",
          "bad_alloc");

  /**
   * @param cause what the model threw
   */
  public PassFailedException(Throwable cause) {
    super("the model threw " + describe(cause), cause);
  }

  private static String describe(Throwable thrown) {
    String type = thrown.getClass().getSimpleName();
    String reason = reason(String.valueOf(thrown.getMessage()));
    return thrown.getMessage() == null ? type : type + ": " + reason;
  }

  /**
   * The line of a message that says what is wrong. An interpreter of scripts puts it last, after
   * the lines of code that led there.
   */
  private static String reason(String message) {
    String reason = "";
    for (String line : message.split("\\R")) {
      String text = line.strip();
      if (reason.isEmpty() || text.matches("[A-Za-z.]*(Error|Exception): .*")) {
        reason = text.isEmpty() ? reason : text;
      }
    }
    return reason.length() > REASON_CHARACTERS_MAX
        ? reason.substring(0, REASON_CHARACTERS_MAX) + "..."
        : reason;
  }

  /** True when memory was short, which may pass and may not be the samples' doing. */
  public boolean isMemory() {
    Throwable cause = getCause();
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (cause instanceof OutOfMemoryError || MEMORY.stream().anyMatch(message::contains)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
