package dev.meander.streams.publish;

import org.apache.kafka.common.errors.RetriableException;

/** The object store did not take a payload; the transaction is aborted and made again. */
public final class ObjectsUnavailableException extends RetriableException {

  private static final long serialVersionUID = 1L;

  ObjectsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
