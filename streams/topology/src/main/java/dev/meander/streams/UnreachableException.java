package dev.meander.streams;

import org.jspecify.annotations.Nullable;

/** A cluster that does not answer. A program stops with exit code 3. */
public final class UnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnreachableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
