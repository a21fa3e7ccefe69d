package dev.meander.schemas.kafka;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Tells a registry that does not answer from one that answers no. */
final class RegistryFailures {

  private static final int NOT_FOUND = 404;

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private RegistryFailures() {}

  /** The registry knows no such schema. */
  static boolean notFound(RestClientException failure) {
    return failure.getStatus() == NOT_FOUND;
  }

  /**
   * The registry answered with a schema of a format that is not Avro. The client knows no exception
   * of its own for that, so its text decides.
   */
  static boolean notParsed(IOException failure) {
    return String.valueOf(failure.getMessage()).startsWith("Invalid schema");
  }

  /**
   * True when {@code failure} says nothing about the record: no connection, a timeout, an error of
   * the server, or credentials it did not accept.
   */
  static boolean unavailable(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof RestClientException answer) {
        return answer.getStatus() >= 500
            || answer.getStatus() == 401
            || answer.getStatus() == 403
            || answer.getStatus() == 408
            || answer.getStatus() == 429;
      }
      if (cause instanceof RetriableException) {
        return true;
      }
      if (cause instanceof IOException && !(cause instanceof EOFException)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
