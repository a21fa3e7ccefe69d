package dev.meander.replay.file;

/** A file that cannot be read. The message says what was expected, what was found and where. */
public final class FileRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FileRefusedException(String message) {
    super(message);
  }

  public FileRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
