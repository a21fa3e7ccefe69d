package dev.meander.app.embedded;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a fault of the broker as a library must: it is recorded and logged, and the JVM goes on.
 * Kafka's own handlers halt the process.
 *
 * <p>Thread-safety: safe.
 */
final class RecordedFaults implements FaultHandlerFactory {

  private static final Logger LOG = LoggerFactory.getLogger(RecordedFaults.class);

  private final AtomicReference<RuntimeException> fatal = new AtomicReference<>();

  @Override
  public FaultHandler build(String name, boolean isFatal, Runnable action) {
    return (message, cause) -> {
      RuntimeException fault = new IllegalStateException(name + ": " + message, cause);
      if (isFatal) {
        fatal.compareAndSet(null, fault);
        LOG.error("the embedded broker cannot go on", fault);
      } else {
        LOG.warn("the embedded broker met a fault", fault);
      }
      action.run();
      return fault;
    };
  }

  /** The first fault after which the broker cannot go on. */
  Optional<RuntimeException> fatal() {
    return Optional.ofNullable(fatal.get());
  }
}
