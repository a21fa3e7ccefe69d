package dev.meander.app.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.LoggerFactory;

/** A broker without a controller, which joins the cluster of an {@link EmbeddedBroker}. */
final class SecondBroker implements AutoCloseable {

  static final int NODE = 2;

  private final BrokerServer server;

  /**
   * Starts it.
   *
   * @param folder where its data lies
   * @param first folder of the broker with the controller
   * @param controller port of the controller
   */
  static SecondBroker start(Path folder, Path first, int controller) throws Exception {
    Map<String, String> settings =
        new HashMap<>(BrokerSettings.of(folder, BrokerOptions.temporary()));
    settings.put("process.roles", "broker");
    settings.put("node.id", String.valueOf(NODE));
    settings.put(
        "controller.quorum.voters",
        BrokerSettings.NODE + "@" + BrokerSettings.HOST + ":" + controller);
    settings.put("listeners", BrokerSettings.CLIENTS + "://" + BrokerSettings.HOST + ":0");
    format(folder, first);
    KafkaConfig config = new KafkaConfig(settings, false);
    var disk = KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger("second"), "");
    SharedServer shared =
        new SharedServer(
            config,
            disk._1(),
            Time.SYSTEM,
            new Metrics(),
            CompletableFuture.completedFuture(
                Map.of(
                    BrokerSettings.NODE, new InetSocketAddress(BrokerSettings.HOST, controller))),
            List.of(),
            new RecordedFaults(),
            ServerSocketFactory.INSTANCE);
    BrokerServer server = new MarkerSafeBroker(shared);
    server.startup();
    return new SecondBroker(server);
  }

  private SecondBroker(BrokerServer server) {
    this.server = server;
  }

  private static void format(Path folder, Path first) throws Exception {
    if (Files.exists(folder.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(folder);
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setClusterId(clusterId(first))
          .setNodeId(NODE)
          .setControllerListenerName(BrokerSettings.CONTROLLER)
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setIgnoreFormatted(true)
          .run();
    }
  }

  private static String clusterId(Path first) throws IOException {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(first.resolve("meta.properties"))) {
      properties.load(reader);
    }
    return properties.getProperty("cluster.id");
  }

  @Override
  public void close() {
    server.shutdown(Duration.ofSeconds(5));
    server.awaitShutdown();
  }
}
