package dev.meander.app.embedded;

import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.schemas.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker, registry and the catalogue's topics and schemas, ready to use.
 *
 * <p>Thread-safety: safe. Lifetime: from {@link #start} to {@link #close}; the registry goes before
 * the broker, each within a bound, then the temporary folder.
 */
public final class EmbeddedStack implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStack.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(40);

  private final TopicNames names;
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::close, "meander-stack-stop");
  private final boolean hooked;

  /**
   * Starts everything and waits until it answers.
   *
   * @throws IllegalStateException when a part does not start; the parts before it are stopped
   */
  public static EmbeddedStack start(StackOptions options) {
    EmbeddedBroker broker = EmbeddedBroker.start(options.broker());
    try {
      EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrap());
      try {
        prepare(broker.bootstrap(), registry.url(), options);
        return new EmbeddedStack(options, broker, registry);
      } catch (RuntimeException e) {
        registry.close();
        throw e;
      }
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  private static void prepare(String bootstrap, String registryUrl, StackOptions options) {
    try (TopicAdmin topics = TopicAdmin.connect(bootstrap, Map.of(), options.names());
        SchemaAdmin schemas = SchemaAdmin.connect(registryUrl, Map.of(), options.names())) {
      topics.create(options.partitions(), (short) 1);
      schemas.register();
    }
  }

  private EmbeddedStack(StackOptions options, EmbeddedBroker broker, EmbeddedRegistry registry) {
    this.names = options.names();
    this.broker = broker;
    this.registry = registry;
    this.hooked = options.shutdownHook();
    if (hooked) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
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
    if (closing.compareAndSet(false, true)) {
      try {
        registry.close();
        broker.close();
      } finally {
        closed.countDown();
        removeHook();
      }
      return;
    }
    try {
      if (!closed.await(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the embedded stack did not stop within {} s", CLOSE_LIMIT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeHook() {
    if (!hooked || Thread.currentThread() == hook) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is stopping already", e);
    }
  }
}
