package dev.meander.streams.learner;

import org.apache.kafka.common.errors.RetriableException;

/** Memory was short for a step; the transaction is aborted and made again. */
final class MemoryUnavailableException extends RetriableException {

  private static final long serialVersionUID = 1L;

  MemoryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
