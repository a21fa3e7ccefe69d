package dev.meander.suite.crash;

import static org.awaitility.Awaitility.await;

import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.app.embedded.EmbeddedRegistry;
import dev.meander.kit.fault.ChildJvm;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  private static final Duration STARTED = Duration.ofSeconds(60);

  private final Clock clock = Clock.systemUTC();
  private final Instant firstEvent = clock.instant().minus(AGE);
  private final Path folder;
  private final int port;
  private final String bootstrap;
  private final EmbeddedRegistry registry;
  private @Nullable EmbeddedBroker here;
  private @Nullable ChildJvm process;

  CrashCluster(Path folder) {
    EmbeddedBroker first = EmbeddedBroker.start(options(folder));
    this.here = first;
    this.folder = folder;
    this.port = first.port();
    this.bootstrap = first.bootstrap();
    this.registry = EmbeddedRegistry.start(bootstrap);
  }

  static BrokerOptions options(Path folder) {
    return BrokerOptions.temporary().in(folder).overriding(QUICK);
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
    return bootstrap;
  }

  String registryUrl() {
    return registry.url();
  }

  /** Stops the broker, which takes leave of its clients and closes its files. */
  void stopBroker() {
    if (here != null) {
      here.close();
      here = null;
    }
  }

  /** Starts the broker again in this process. */
  void startBroker() {
    here = EmbeddedBroker.start(options(folder).onPort(port));
  }

  /** Whether the broker can be killed. */
  boolean isBrokerAProcess() {
    return process != null;
  }

  /** Kills the broker's process. */
  void killBroker() throws InterruptedException {
    if (process == null) {
      throw new IllegalStateException("expected a broker in a process of its own, found none");
    }
    process.kill();
    process = null;
  }

  /** Starts the broker again in a process of its own, and waits until it answers. */
  void startBrokerProcess() {
    process =
        ChildJvm.start(
            new ChildJvm.Command(
                "broker",
                List.of(),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(BrokerProcess.class.getName(), folder.toString(), String.valueOf(port)),
                folder.resolveSibling("broker.log")),
            null);
    try (LogWatch logs = new LogWatch(bootstrap)) {
      await("the broker in a process of its own")
          .atMost(STARTED)
          .ignoreExceptions()
          .until(() -> !logs.topics().isEmpty());
    }
  }

  @Override
  public void close() throws InterruptedException {
    registry.close();
    stopBroker();
    if (process != null) {
      process.close();
    }
  }
}
