package dev.meander.app.versions;

/** A version that is not there, or whose record does not pass its checks. */
public final class VersionRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public VersionRefusedException(String message) {
    super(message);
  }
}
