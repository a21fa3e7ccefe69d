package dev.meander.schemas.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.meander.schemas.Credentials;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a registry that answers no from one that does not answer, and from a server that is none: a
 * proxy, a login, a registry under another path.
 *
 * <p>Thread-safety: stateless.
 */
public final class RegistryFailures {

  private static final int NOT_FOUND = 404;

  /** Statuses that only a registry has a use for; some send them as their error code, too. */
  private static final Set<Integer> OF_A_REGISTRY = Set.of(409, 422);

  /** Statuses that say nothing about the schema, whoever sends them. */
  private static final Set<Integer> OF_THE_CONNECTION = Set.of(401, 403, 408, 429);

  /** Error code that the client makes up where an answer is not a registry's JSON. */
  private static final int NOT_PARSED = 50005;

  private static final int CODES_PER_STATUS = 100;
  private static final int CHARACTERS_MAX = 200;

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private static final String CLIENT = "io.confluent.kafka.schemaregistry.client.";

  private RegistryFailures() {}

  /** The registry knows no such schema. */
  public static boolean notFound(RestClientException failure) {
    return failure.getStatus() == NOT_FOUND && isCoded(failure);
  }

  /**
   * The registry answered with a schema of a format that is not Avro. The client knows no exception
   * of its own for that, so its text decides.
   */
  static boolean notParsed(IOException failure) {
    return String.valueOf(failure.getMessage()).startsWith("Invalid schema");
  }

  /** A registry's error codes begin with the status, such as 40403 for 404. */
  private static boolean isCoded(RestClientException failure) {
    return failure.getErrorCode() / CODES_PER_STATUS == failure.getStatus();
  }

  /** A registry looked at the request and refused it. */
  static boolean answered(RestClientException failure) {
    int status = failure.getStatus();
    return status < 500
        && !OF_THE_CONNECTION.contains(status)
        && (isCoded(failure)
            || OF_A_REGISTRY.contains(status) && failure.getErrorCode() != NOT_PARSED);
  }

  /**
   * True when {@code failure} says nothing about the record: no connection, a timeout, an error of
   * the server, credentials it did not accept, or an answer that is not a registry's.
   */
  static boolean unavailable(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof RestClientException answer) {
        return !answered(answer);
      }
      if (cause instanceof RetriableException || isClients(cause)) {
        return true;
      }
      if (cause instanceof IOException && !(cause instanceof EOFException)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** The registry's client broke on an answer it did not expect, such as one without content. */
  private static boolean isClients(Throwable failure) {
    return failure instanceof NullPointerException
        && failure.getStackTrace().length > 0
        && failure.getStackTrace()[0].getClassName().startsWith(CLIENT);
  }

  /** What was found, in one short line without credentials and without pages of HTML. */
  public static String found(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof RestClientException answer) {
        return isCoded(answer) || OF_A_REGISTRY.contains(answer.getStatus())
            ? "status " + answer.getStatus() + ": " + line(answer)
            : "status " + answer.getStatus() + " without a registry's error code";
      }
      if (cause instanceof JsonProcessingException || isClients(cause)) {
        return "an answer that is not a registry's";
      }
      if (cause instanceof SSLException) {
        return "no TLS that is trusted: " + line(cause);
      }
      if (cause instanceof UnknownHostException) {
        return "no host " + line(cause);
      }
      if (cause.getCause() == null) {
        break;
      }
      cause = cause.getCause();
    }
    return cause == null ? "a failure" : line(cause);
  }

  private static String line(Throwable failure) {
    String text =
        Credentials.hide(
            failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage().lines().findFirst().orElse("").strip());
    return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + "...";
  }
}
