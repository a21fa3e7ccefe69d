package dev.meander.serving.http;

import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why an address cannot be listened on, and the key to change.
 *
 * <p>Thread-safety: stateless.
 */
final class BindProblem {

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private BindProblem() {}

  /** The message. */
  static String text(String host, int port, Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "http.host: expected an address of this host, found " + host + ", which is unknown";
      }
      if (message.contains("assign requested address")) {
        return "http.host: expected an address of this host, found " + host;
      }
      if (message.contains("permission denied")) {
        return "http.port: expected a port that this user may open, found " + port;
      }
      if (cause instanceof BindException) {
        break;
      }
      cause = cause.getCause();
    }
    return "http.port: expected port " + port + " of " + host + " to be free, found it in use";
  }
}
