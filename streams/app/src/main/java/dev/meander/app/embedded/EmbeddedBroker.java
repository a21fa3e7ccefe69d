package dev.meander.app.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A real Kafka broker with its controller in this JVM (KRaft, one node, loopback only). Both
 * listeners take a port the system gives them, so brokers never race for one.
 *
 * <p>Thread-safety: safe. Lifetime: running from {@link #start} to {@link #close}; close waits for
 * its threads, within a bound, and removes a temporary folder.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Path directory;
  private final boolean removed;
  private final RecordedFaults faults = new RecordedFaults();
  private final ControllerServer controller;
  private final BrokerServer broker;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Starts a broker and waits until it answers.
   *
   * @throws IllegalStateException when it does not start; nothing is left behind
   */
  public static EmbeddedBroker start(BrokerOptions options) {
    return start(options, MarkerSafeBroker::new);
  }

  /** The same with another server than the one that is used. */
  static EmbeddedBroker start(BrokerOptions options, Function<SharedServer, BrokerServer> server) {
    Path named = options.directory();
    Path directory = named == null ? Folders.temporary("meander-broker-") : named;
    boolean removed = named == null && !options.keep();
    boolean started = false;
    try {
      KafkaConfig config = new KafkaConfig(BrokerSettings.of(directory, options), false);
      format(directory);
      EmbeddedBroker broker = new EmbeddedBroker(directory, removed, config, server);
      broker.startup();
      started = true;
      return broker;
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "the embedded broker did not start in " + directory + ": " + e.getMessage(), e);
    } finally {
      // Whatever it was: Kafka's classes throw errors too when the process is stopping already.
      if (!started && removed) {
        Bounded.run("remove " + directory, CLOSE_LIMIT, () -> Folders.remove(directory));
      }
    }
  }

  private EmbeddedBroker(
      Path directory,
      boolean removed,
      KafkaConfig config,
      Function<SharedServer, BrokerServer> server) {
    this.directory = directory;
    this.removed = removed;
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> disk =
        KafkaRaftServer.initializeLogDirs(config, LOG, "");
    CompletableFuture<Map<Integer, InetSocketAddress>> voters = new CompletableFuture<>();
    SharedServer shared =
        new SharedServer(
            config,
            disk._1(),
            Time.SYSTEM,
            new Metrics(),
            voters,
            List.of(),
            faults,
            ServerSocketFactory.INSTANCE);
    this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), disk._2());
    this.broker = server.apply(shared);
    controller
        .socketServerFirstBoundPortFuture()
        .whenComplete(
            (port, failure) -> {
              if (failure == null) {
                voters.complete(
                    Map.of(BrokerSettings.NODE, new InetSocketAddress(BrokerSettings.HOST, port)));
              } else {
                voters.completeExceptionally(failure);
              }
            });
  }

  private static void format(Path directory) {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(silent)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(BrokerSettings.NODE)
          .setControllerListenerName(BrokerSettings.CONTROLLER)
          .setMetadataLogDirectory(directory.toString())
          .addDirectory(directory.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot format the data folder " + directory, e);
    }
  }

  private void startup() {
    boolean started = false;
    try {
      controller.startup();
      broker.startup();
      started = true;
    } finally {
      if (!started) {
        stop();
      }
    }
  }

  /** Address for clients, {@code host:port}. */
  public String bootstrap() {
    return BrokerSettings.HOST + ":" + port();
  }

  /** Port of the clients' listener. */
  public int port() {
    return broker.boundPort(ListenerName.normalised(BrokerSettings.CLIENTS));
  }

  /** Folder that holds the data. */
  public Path directory() {
    return directory;
  }

  /** The fault after which the broker cannot go on, if there was one. */
  public Optional<RuntimeException> fault() {
    return faults.fatal();
  }

  /** Stops the broker; a second call does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop();
    if (removed) {
      Bounded.run("remove " + directory, CLOSE_LIMIT, () -> Folders.remove(directory));
    }
  }

  private void stop() {
    Bounded.run(
        "stop the embedded broker",
        CLOSE_LIMIT,
        () -> {
          broker.shutdown(CLOSE_LIMIT.dividedBy(2));
          broker.awaitShutdown();
        });
    Bounded.run(
        "stop the embedded controller",
        CLOSE_LIMIT,
        () -> {
          controller.shutdown();
          controller.awaitShutdown();
        });
  }
}
