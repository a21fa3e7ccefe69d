package dev.meander.serving;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RegistryCheck;
import dev.meander.schemas.kafka.RegistryCheck.Problem;
import dev.meander.schemas.stall.Stall;
import dev.meander.schemas.stall.Stalls;
import dev.meander.schemas.time.ClusterClock;
import dev.meander.serving.http.InferenceServer;
import dev.meander.serving.http.Readiness;
import dev.meander.serving.http.ServedModel;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.slot.LineageSlots;
import dev.meander.serving.subscribe.AdapterSubscriber;
import dev.meander.serving.subscribe.SubscriberPorts;
import dev.meander.serving.subscribe.SubscriberStatus;
import dev.meander.serving.traffic.TrafficWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reference serving node. It listens, catches up with the log, and only then answers; every
 * answer carries the version that made it, every swap is acknowledged, every exchange goes to
 * {@code traffic}.
 *
 * <p>It keeps answering with what it has while a broker or the registry is away, and says so at
 * {@code /v2/health/ready}.
 *
 * <p>Thread-safety: safe. Lifetime: started once, closed once; closing joins its threads in bounded
 * time.
 */
public final class ServingNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServingNode.class);

  private final ServingConfig config;
  private final ServingResources resources;
  private final ClusterClock clock;
  private final ServingMetrics metrics = new ServingMetrics();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile Phase phase = Phase.STARTING;
  private volatile @Nullable LineageSlots slots;
  private volatile @Nullable AdapterSubscriber subscriber;
  private volatile @Nullable InferenceServer server;
  private volatile @Nullable Stalls stalls;

  private enum Phase {
    STARTING,
    RUNNING,
    STOPPING
  }

  public ServingNode(ServingConfig config, ServingResources resources) {
    this.config = config;
    this.resources = resources;
    this.clock = ClusterClock.of(resources.clock());
  }

  /**
   * Starts, and returns when the node is ready.
   *
   * @throws dev.meander.core.model.ModelRefusedException when the model cannot be used
   * @throws ConfigurationException when the configuration contradicts the model
   * @throws ServingStartException when the port is taken, the cluster does not answer, there is no
   *     schema registry where one should be, or the log cannot be read in time and adapters are
   *     required; nothing is left running
   */
  public void start() throws InterruptedException {
    boolean started = false;
    try {
      open();
      started = true;
    } catch (KafkaException e) {
      throw new ServingStartException(
          "expected a Kafka cluster at "
              + config.cluster().bootstrapServers()
              + ", found: "
              + rootMessage(e),
          e);
    } finally {
      if (!started) {
        close();
      }
    }
    phase = Phase.RUNNING;
    LOG.info("node {} answers on port {}", config.node(), port());
  }

  private void open() throws InterruptedException {
    LineageSlots lineages = own(new LineageSlots(resources.provider(), config.model()));
    slots = lineages;
    ModelSpec spec = lineages.spec();
    checkShape(spec);
    TrafficWriter traffic =
        own(
            new TrafficWriter(
                config.traffic(),
                resources.trafficProducers().get(),
                resources.serdes().get(),
                metrics,
                clock,
                resources.nanos()));
    traffic.start();
    Optional<Problem> registry = registryProblem();
    if (registry.isPresent() && !registry.get().isRegistry()) {
      throw new ServingStartException(registry.get().message());
    }
    AdapterSubscriber follower = own(subscriber(spec, lineages));
    subscriber = follower;
    InferenceServer http = own(server(spec, lineages, traffic));
    server = http;
    stalls = own(resources.stalls().get());
    metrics.observe(this::ready, traffic::bufferedBytes, () -> standing().size());
    try {
      http.start();
    } catch (IOException e) {
      throw new ServingStartException(String.valueOf(e.getMessage()), e);
    }
    follower.start();
    boot(follower);
    if (registry.isPresent()) {
      checkRegistryAgain();
    }
  }

  private Optional<Problem> registryProblem() {
    return RegistryCheck.problem(
        config.cluster().registryClient(), config.subscriber().topics().subject(Topic.TRAFFIC));
  }

  /** A registry that was silent may have come meanwhile. */
  private void checkRegistryAgain() {
    Optional<Problem> problem = registryProblem();
    if (problem.isPresent()) {
      if (config.requireAdapters() || !problem.get().isRegistry()) {
        throw new ServingStartException(problem.get().message());
      }
      LOG.warn("{}; the base model serves meanwhile", problem.get().message());
    }
  }

  private AdapterSubscriber subscriber(ModelSpec spec, LineageSlots lineages) {
    return new AdapterSubscriber(
        config.subscriber(),
        spec,
        new SubscriberPorts(
            resources.consumers(),
            resources.ackProducers().get(),
            resources.serdes().get(),
            FolderObjectStore.of(config.objectsFolder()).orElse(null),
            lineages,
            metrics,
            clock,
            resources.nanos()));
  }

  private InferenceServer server(ModelSpec spec, LineageSlots lineages, TrafficWriter traffic) {
    LineageId global = new LineageId(spec.name(), LineageId.GLOBAL);
    return new InferenceServer(
        config.http(),
        ServedModel.of(spec, config.model().inputShape()),
        new InferenceServer.Ports(
            lineages,
            traffic,
            metrics,
            this::readiness,
            () -> lineages.active(global).number(),
            clock,
            resources.nanos(),
            resources.ids()));
  }

  private void boot(AdapterSubscriber follower) throws InterruptedException {
    Duration wait = config.bootWait();
    if (follower.awaitCaughtUp(wait)) {
      return;
    }
    String message =
        "expected to read "
            + config.subscriber().topics().adapters()
            + " and "
            + config.subscriber().topics().aliases()
            + " to their end within "
            + wait.toMillis()
            + " ms, found: "
            + follower.status().detail();
    if (config.requireAdapters()) {
      throw new ServingStartException(message);
    }
    LOG.warn("{}; the base model serves meanwhile", message);
  }

  private void checkShape(ModelSpec spec) {
    int[] configured = config.model().inputShape();
    int[] found = spec.inputShape();
    boolean same = configured.length == found.length;
    for (int i = 0; same && i < found.length; i++) {
      same = found[i] < 0 || found[i] == configured[i];
    }
    if (!same) {
      throw new ConfigurationException(
          "the configuration",
          List.of(
              "model.input.shape: expected "
                  + Arrays.toString(found)
                  + " as in "
                  + config.model().file()
                  + ", found "
                  + Arrays.toString(configured)));
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    opened.push(part);
    return part;
  }

  private Readiness readiness() {
    AdapterSubscriber follower = subscriber;
    return switch (phase) {
      case STARTING ->
          new Readiness(
              false,
              false,
              "a node that starts: "
                  + (follower == null ? "opening the model" : follower.status().detail()));
      case STOPPING -> new Readiness(false, false, "a node that stops");
      case RUNNING -> {
        SubscriberStatus status = opened(follower, "the subscriber").status();
        List<Stall> standing = standing();
        String waits = standing.isEmpty() ? status.detail() : standing.get(0).line();
        yield new Readiness(
            true,
            (status.ready() && standing.isEmpty()) || !config.requireAdapters(),
            "a node that waits: " + waits);
      }
    };
  }

  /** Partitions that it follows and that stand still; what lies behind them is not served. */
  private List<Stall> standing() {
    Stalls watch = stalls;
    return watch == null ? List.of() : watch.stalls();
  }

  /** True when what the node answers with is what the log says. */
  public boolean ready() {
    return readiness().ready();
  }

  /** The port it listens on. */
  public int port() {
    return opened(server, "the HTTP server").port();
  }

  /** The version of {@code lineage} that answers now; 0 is the base model. */
  public AdapterVersion active(LineageId lineage) {
    return opened(slots, "the model").active(lineage);
  }

  private static <T> T opened(@Nullable T part, String name) {
    if (part == null) {
      throw new IllegalStateException(
          "expected a node that was started, found " + name + " closed");
    }
    return part;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** Stops answering, writes what was accepted, and joins every thread. */
  @Override
  public void close() {
    phase = Phase.STOPPING;
    for (AutoCloseable part = opened.poll(); part != null; part = opened.poll()) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not close", part.getClass().getSimpleName(), e);
      }
    }
    metrics.close();
  }
}
