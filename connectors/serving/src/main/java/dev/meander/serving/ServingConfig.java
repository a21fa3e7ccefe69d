package dev.meander.serving;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.model.ModelSource;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.serving.http.HttpConfig;
import dev.meander.serving.subscribe.SubscriberConfig;
import dev.meander.serving.subscribe.SubscriptionLimits;
import dev.meander.serving.traffic.TrafficConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings of a serving node.
 *
 * @param cluster how to reach brokers and registry
 * @param model the model file and how to run it
 * @param node name of this node
 * @param http the HTTP server
 * @param subscriber what follows adapters and aliases
 * @param traffic what writes events
 * @param objectsFolder value of {@link FolderObjectStore#FOLDER}
 * @param bootWait how long a start may read the log
 * @param requireAdapters whether a start fails when {@code bootWait} is over; otherwise the base
 *     model serves meanwhile, and the node counts as ready
 * @param stalledAfter how long committed records may stand still with others behind them
 */
public record ServingConfig(
    Cluster cluster,
    ModelSource model,
    String node,
    HttpConfig http,
    SubscriberConfig subscriber,
    TrafficConfig traffic,
    String objectsFolder,
    Duration bootWait,
    boolean requireAdapters,
    Duration stalledAfter) {

  /** Value of {@code node.name} that stands for host and port. */
  static final String AUTO = "auto";

  private static final String KAFKA = "kafka.";
  private static final String REGISTRY = "registry.";

  /** Every key of a node, in the order of the README's table. */
  public static final List<Option<?>> OPTIONS = ServingOptions.ALL;

  /** Prefixes of keys that go to Kafka's clients and to the registry's client as they are. */
  public static final List<String> PASS_THROUGH = List.of(KAFKA, REGISTRY);

  /**
   * How to reach the outside.
   *
   * @param bootstrapServers brokers to start from
   * @param schemaRegistryUrl address of the registry
   * @param kafka further settings of every Kafka client
   * @param registry further settings of the registry's client
   */
  public record Cluster(
      String bootstrapServers,
      String schemaRegistryUrl,
      Map<String, String> kafka,
      Map<String, String> registry) {

    /** Settings of the registry's client, its address included. */
    public Map<String, String> registryClient() {
      Map<String, String> all = new HashMap<>(registry);
      all.put(RecordSerdes.REGISTRY_URL, schemaRegistryUrl);
      return all;
    }
  }

  /**
   * Reads a node's configuration.
   *
   * @param origin where the keys come from, for messages
   * @throws dev.meander.core.config.ConfigurationException with all problems
   */
  public static ServingConfig read(String origin, Map<String, String> raw) {
    return of(origin, Settings.read(origin, raw, OPTIONS, PASS_THROUGH));
  }

  /**
   * The configuration in {@code settings}, which were read for {@link #OPTIONS} and perhaps others.
   *
   * @throws dev.meander.core.config.ConfigurationException when values contradict each other
   */
  public static ServingConfig of(String origin, Settings settings) {
    return Settings.check(origin, () -> of(settings));
  }

  private static ServingConfig of(Settings settings) {
    int port = settings.get(ServingOptions.HTTP_PORT);
    String name = settings.get(ServingOptions.NODE_NAME);
    String node = name.equals(AUTO) ? autoName(port) : name;
    return new ServingConfig(
        new Cluster(
            settings.get(ServingOptions.BOOTSTRAP_SERVERS),
            settings.get(ServingOptions.SCHEMA_REGISTRY_URL),
            settings.passedThrough(KAFKA),
            settings.passedThrough(REGISTRY)),
        new ModelSource(
                settings.get(ServingOptions.MODEL_NAME),
                settings.get(ServingOptions.MODEL_FILE),
                settings.get(ServingOptions.ENGINE_THREADS),
                settings.get(ServingOptions.MODEL_INPUT_SHAPE))
            .withOutput(settings.get(ServingOptions.MODEL_OUTPUT)),
        node,
        http(settings, port),
        subscriber(settings, node),
        traffic(settings, node),
        settings.get(FolderObjectStore.FOLDER),
        settings.get(ServingOptions.BOOT_WAIT),
        settings.get(ServingOptions.REQUIRE_ADAPTERS),
        settings.get(ServingOptions.STALLED_AFTER));
  }

  private static HttpConfig http(Settings settings, int port) {
    long floats = settings.get(ServingOptions.ROWS_MAX);
    for (int size : settings.get(ServingOptions.MODEL_INPUT_SHAPE)) {
      floats *= size;
    }
    if (floats > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "serving.rows.max: expected at most 2147483647 numbers in serving.rows.max inputs of"
              + " model.input.shape, found "
              + floats);
    }
    return new HttpConfig(
        settings.get(ServingOptions.HTTP_HOST),
        port,
        settings.get(ServingOptions.ROWS_MAX),
        settings.get(ServingOptions.BODY_BYTES_MAX),
        settings.get(ServingOptions.CONCURRENT_MAX),
        settings.get(ServingOptions.CLOSE_WAIT));
  }

  private static SubscriberConfig subscriber(Settings settings, String node) {
    int kept = settings.get(ServingOptions.VERSIONS_KEPT);
    int indexed = settings.get(ServingOptions.VERSIONS_INDEXED);
    if (indexed < kept) {
      throw new IllegalArgumentException(
          "serving.versions.indexed: expected at least serving.versions.kept ("
              + kept
              + "), found "
              + indexed);
    }
    return new SubscriberConfig(
        node,
        settings.get(ServingOptions.TOPICS_PREFIX),
        new SubscriptionLimits(
            settings.get(ServingOptions.LINEAGES_MAX),
            kept,
            settings.get(ServingOptions.DECODED_BYTES_MAX),
            indexed),
        new SubscriberConfig.PayloadLimits(
            settings.get(ServingOptions.PAYLOAD_BYTES_MAX),
            settings.get(ServingOptions.CHUNK_BYTES_MAX)),
        settings.get(ServingOptions.WEIGHT_MAX),
        settings.get(ServingOptions.BACKOFF_MAX),
        settings.get(ServingOptions.READ_BACK_WAIT),
        settings.get(ServingOptions.CLOSE_WAIT));
  }

  private static TrafficConfig traffic(Settings settings, String node) {
    TopicNames topics = settings.get(ServingOptions.TOPICS_PREFIX);
    return new TrafficConfig(
        topics.traffic(),
        node,
        settings.get(ServingOptions.TRAFFIC_KEY),
        settings.get(ServingOptions.TRAFFIC_SHARE),
        settings.get(ServingOptions.TRAFFIC_BUFFER_BYTES),
        settings.get(ServingOptions.BACKOFF_MAX),
        settings.get(ServingOptions.CLOSE_WAIT));
  }

  /** Host and port; the process's number where the port is not known yet. */
  private static String autoName(int port) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unnamed-host";
    }
    return host + "-" + (port == 0 ? ProcessHandle.current().pid() : port);
  }
}
