package dev.meander.app.redrive;

/** A redrive cannot go on; the message says what was expected and what was found. */
public final class RedriveRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RedriveRefusedException(String message) {
    super(message);
  }

  RedriveRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
