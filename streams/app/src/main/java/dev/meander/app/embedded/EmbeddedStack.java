package dev.meander.app.embedded;

import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.schemas.TopicNames;
import java.util.Map;

/**
 * Broker, registry and the catalogue's topics and schemas, ready to use.
 *
 * <p>Thread-safety: safe. Lifetime: from {@link #start} to {@link #close}; the registry goes before
 * the broker, each within a bound, then the temporary folder.
 */
public final class EmbeddedStack implements AutoCloseable {

  private final TopicNames names;
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final StackParts parts;

  /**
   * Starts everything and waits until it answers.
   *
   * @throws IllegalStateException when a part does not start; the parts before it are stopped
   */
  public static EmbeddedStack start(StackOptions options) {
    StackParts parts = new StackParts(options.shutdownHook());
    boolean started = false;
    try {
      EmbeddedBroker broker = parts.open(() -> EmbeddedBroker.start(options.broker()));
      EmbeddedRegistry registry = parts.open(() -> EmbeddedRegistry.start(broker.bootstrap()));
      prepare(broker.bootstrap(), registry.url(), options);
      started = true;
      return new EmbeddedStack(options.names(), broker, registry, parts);
    } finally {
      if (!started) {
        parts.close();
      }
    }
  }

  private static void prepare(String bootstrap, String registryUrl, StackOptions options) {
    try (TopicAdmin topics = TopicAdmin.connect(bootstrap, Map.of(), options.names());
        SchemaAdmin schemas = SchemaAdmin.connect(registryUrl, Map.of(), options.names())) {
      topics.create(options.partitions(), (short) 1);
      schemas.register();
    }
  }

  private EmbeddedStack(
      TopicNames names, EmbeddedBroker broker, EmbeddedRegistry registry, StackParts parts) {
    this.names = names;
    this.broker = broker;
    this.registry = registry;
    this.parts = parts;
  }

  /** Address of the broker, {@code host:port}. */
  public String bootstrap() {
    return broker.bootstrap();
  }

  /** Address of the registry. */
  public String registryUrl() {
    return registry.url();
  }

  /** Names of the topics. */
  public TopicNames names() {
    return names;
  }

  /** The broker itself. */
  public EmbeddedBroker broker() {
    return broker;
  }

  /** Stops everything. A second call waits until the first is done. */
  @Override
  public void close() {
    parts.close();
  }
}
