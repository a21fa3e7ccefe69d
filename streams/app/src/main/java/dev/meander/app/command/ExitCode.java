package dev.meander.app.command;

/** What a command's exit code says; the numbers never change. */
public enum ExitCode {
  /** It did what it was asked. */
  DONE(0),
  /** It ran, and what it checked does not hold. */
  CHECK_FAILED(1),
  /** Wrong options or configuration; nothing was done. */
  WRONG_USE(2),
  /** A cluster or registry does not answer. */
  UNREACHABLE(3);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number the process ends with. */
  public int code() {
    return code;
  }
}
