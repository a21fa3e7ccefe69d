package dev.meander.app.parity;

/** A folder is not one of golden traces, or a trace of it cannot be followed; says why. */
public final class TraceRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TraceRefusedException(String message) {
    super(message);
  }

  TraceRefusedException(String message, Exception cause) {
    super(message, cause);
  }
}
