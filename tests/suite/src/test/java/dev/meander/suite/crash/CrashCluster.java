package dev.meander.suite.crash;

import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.app.embedded.EmbeddedRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A broker that can be restarted on its folder and port, and a registry beside it. */
final class CrashCluster implements AutoCloseable {

  /**
   * Applications under test may have short sessions, and open transactions of the dead end soon.
   */
  private static final Map<String, String> QUICK =
      Map.of(
          "group.min.session.timeout.ms",
          "500",
          "transaction.abort.timed.out.transaction.cleanup.interval.ms",
          "500");

  /** Events are this old, so that no record is from the future. */
  private static final Duration AGE = Duration.ofHours(1);

  private final Clock clock = Clock.systemUTC();
  private final Instant firstEvent = clock.instant().minus(AGE);
  private final BrokerOptions options;
  private final EmbeddedRegistry registry;
  private EmbeddedBroker broker;

  CrashCluster(Path folder) {
    BrokerOptions first = BrokerOptions.temporary().in(folder).overriding(QUICK);
    this.broker = EmbeddedBroker.start(first);
    this.options = first.onPort(broker.port());
    this.registry = EmbeddedRegistry.start(broker.bootstrap());
  }

  /** The clock of everything that runs on this cluster. */
  Clock clock() {
    return clock;
  }

  /**
   * Time of every scene's first event: the same for all, and young enough for the topics'
   * retention.
   */
  Instant firstEvent() {
    return firstEvent;
  }

  String bootstrap() {
    return broker.bootstrap();
  }

  String registryUrl() {
    return registry.url();
  }

  void stopBroker() {
    broker.close();
  }

  /** Starts the broker again, after {@link #stopBroker}. */
  void startBroker() {
    broker = EmbeddedBroker.start(options);
  }

  @Override
  public void close() {
    registry.close();
    broker.close();
  }
}
