package dev.meander.serving;

/** A node that could not start because something outside did not answer. */
public final class ServingStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ServingStartException(String message) {
    super(message);
  }

  ServingStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
