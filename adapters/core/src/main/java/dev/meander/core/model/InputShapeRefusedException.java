package dev.meander.core.model;

/** A model file that may be sound and does not take inputs of the shape that was given. */
public final class InputShapeRefusedException extends ModelRefusedException {

  private static final long serialVersionUID = 1L;

  public InputShapeRefusedException(String message) {
    super(message);
  }

  public InputShapeRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
