package dev.meander.core.files;

/** A file that is not written; what was there is as it was. The message says why. */
public final class FileRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean place;

  private FileRefusedException(String message, Throwable cause, boolean place) {
    super(message, cause);
    this.place = place;
  }

  /** A refusal because of what the path names, which is known before any work is done. */
  static FileRefusedException ofPlace(String message, Throwable cause) {
    return new FileRefusedException(message, cause, true);
  }

  /** A refusal while the file was written. */
  static FileRefusedException whileWriting(String message, Throwable cause) {
    return new FileRefusedException(message, cause, false);
  }

  /** True when the path itself cannot be written, false when writing failed. */
  public boolean isPlace() {
    return place;
  }
}
