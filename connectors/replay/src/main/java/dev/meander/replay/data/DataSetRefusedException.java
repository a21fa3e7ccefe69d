package dev.meander.replay.data;

/**
 * A data file that cannot be used. The message says what was expected, what was found and where.
 */
public final class DataSetRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DataSetRefusedException(String message) {
    super(message);
  }

  public DataSetRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
