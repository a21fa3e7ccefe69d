package dev.meander.app.topics;

/** A server that does not answer; the message names it and says how long it was tried. */
public final class UnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
