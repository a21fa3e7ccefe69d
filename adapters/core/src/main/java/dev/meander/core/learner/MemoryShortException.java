package dev.meander.core.learner;

/**
 * A step for which memory was short, though no sample of its batch is to blame. Nothing was learned
 * and nothing was lost: the same batch may be stepped on later.
 */
public final class MemoryShortException extends RuntimeException {

  private static final long serialVersionUID = 1;

  MemoryShortException(String message, Throwable cause) {
    super(message, cause);
  }
}
