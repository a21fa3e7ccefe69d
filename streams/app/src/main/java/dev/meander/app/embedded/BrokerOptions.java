package dev.meander.app.embedded;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to run the embedded broker.
 *
 * @param directory where the data lies; null for a temporary folder that is removed at the end. A
 *     folder that was named is never removed, and a broker started on it again finds its topics
 * @param keep leaves a temporary folder behind, for a look at it
 * @param port port of the clients' listener, 0 for any free one
 * @param overrides broker settings that win over the embedded ones
 */
public record BrokerOptions(
    @Nullable Path directory, boolean keep, int port, Map<String, String> overrides) {

  public BrokerOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("expected a port of 0 to 65535, found " + port);
    }
    overrides = Map.copyOf(overrides);
  }

  /** A temporary folder, any free port. */
  public static BrokerOptions temporary() {
    return new BrokerOptions(null, false, 0, Map.of());
  }

  /** The same on {@code directory}, which stays. */
  public BrokerOptions in(Path directory) {
    return new BrokerOptions(directory, keep, port, overrides);
  }

  /** The same, with its temporary folder left behind or not. */
  public BrokerOptions keeping(boolean keep) {
    return new BrokerOptions(directory, keep, port, overrides);
  }

  /** The same on a fixed port. */
  public BrokerOptions onPort(int port) {
    return new BrokerOptions(directory, keep, port, overrides);
  }

  /** The same with other broker settings. */
  public BrokerOptions overriding(Map<String, String> overrides) {
    return new BrokerOptions(directory, keep, port, overrides);
  }
}
