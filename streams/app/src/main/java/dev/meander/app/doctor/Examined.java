package dev.meander.app.doctor;

import dev.meander.app.connection.Connection;
import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What is examined, and the clients to ask it with, which are opened when they are needed first.
 *
 * <p>Thread-safety: none. Lifetime: the owner closes it.
 */
public final class Examined implements AutoCloseable {

  private final Connection connection;
  private final Clock clock;
  private @Nullable Configured configured;
  private @Nullable TopicAdmin topics;
  private @Nullable SchemaAdmin schemas;

  Examined(Connection connection, Clock clock) {
    this.clock = clock;
    this.connection = connection;
  }

  /** Where the cluster and the registry are, and the keys of the configuration file. */
  public Connection connection() {
    return connection;
  }

  /** The clock of this machine. */
  Clock clock() {
    return clock;
  }

  /** What both programs make of the configuration file; only where there is one. */
  Configured configured() {
    Path file = connection.config();
    if (file == null) {
      throw new IllegalStateException("a configuration is read only where there is one");
    }
    Configured read = configured == null ? Configured.read(file) : configured;
    configured = read;
    return read;
  }

  /** The brokers' side. */
  public TopicAdmin topics() {
    TopicAdmin opened = topics == null ? connection.topics() : topics;
    topics = opened;
    return opened;
  }

  /** The registry's side; only where an address is known. */
  SchemaAdmin schemas() {
    String url = connection.registry();
    if (url == null) {
      throw new IllegalStateException("a registry is asked only where its address is known");
    }
    SchemaAdmin opened = schemas == null ? connection.schemas(url) : schemas;
    schemas = opened;
    return opened;
  }

  /** A command line of this program that can be pasted; it reaches what is examined. */
  public String command(String words) {
    return "./meander " + words + connection.options();
  }

  @Override
  public void close() {
    if (topics != null) {
      topics.close();
    }
    if (schemas != null) {
      schemas.close();
    }
  }
}
