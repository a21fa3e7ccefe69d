package dev.meander.core.model;

/**
 * A model file that cannot be used. The message says what was expected, what was found, and what to
 * do instead.
 */
public class ModelRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ModelRefusedException(String message) {
    super(message);
  }

  public ModelRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
