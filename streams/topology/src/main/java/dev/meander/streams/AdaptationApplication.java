package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.ModelProvider;
import dev.meander.schemas.Topic;
import dev.meander.schemas.access.Program;
import dev.meander.schemas.access.Rights;
import dev.meander.schemas.kafka.RegistryCheck;
import dev.meander.schemas.stall.Stall;
import dev.meander.schemas.time.ClusterClock;
import dev.meander.streams.prediction.PredictionStage;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The learner application: gate, learners, guard and publisher on a cluster.
 *
 * <p>Whatever is wrong with configuration, model or cluster is said when it is opened; afterwards a
 * bad record never stops it, a failure that may pass is retried, and a broken invariant ends it
 * ({@link #awaitEnd}, {@link #failure}).
 *
 * <p>Thread-safety: safe from any thread. Lifetime: whoever opened it closes it before the process
 * ends, because an engine must not be torn down during a step.
 */
public final class AdaptationApplication implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AdaptationApplication.class);
  private static final Duration REACH_WITHIN = Duration.ofSeconds(10);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

  private final KafkaStreams streams;
  private final Lifecycle lifecycle;
  private final ThreadFailures failures;
  private final StalledPartitions stalled;

  private AdaptationApplication(
      KafkaStreams streams,
      Lifecycle lifecycle,
      ThreadFailures failures,
      StalledPartitions stalled) {
    this.streams = streams;
    this.lifecycle = lifecycle;
    this.failures = failures;
    this.stalled = stalled;
  }

  /**
   * Starts the application.
   *
   * @param config what it is told
   * @param provider opens the model
   * @param clock says when versions are published
   * @throws ConfigurationException when the configuration, the model or the topics cannot be used,
   *     or the brokers do not take the transaction timeout that is configured
   * @throws UnreachableException when the cluster does not answer within 10 s, or there is no
   *     schema registry where one should be
   */
  public static AdaptationApplication start(
      AdaptationConfig config, ModelProvider provider, Clock clock) {
    return start(config, provider, clock, REACH_WITHIN);
  }

  static AdaptationApplication start(
      AdaptationConfig config, ModelProvider provider, Clock own, Duration reachWithin) {
    ClusterClock clock = ClusterClock.of(own);
    StateFolder.check(config.stateDir());
    BaseModel base = BaseModel.check(config.model(), provider, config.learner());
    Properties properties = config.properties();
    ClusterCheck.Limits brokers =
        ClusterCheck.check(
            config.bootstrapServers(),
            settings(properties).getAdminConfigs(config.applicationId() + "-check"),
            AdaptationTopology.topics(config),
            Rights.of(Program.LEARNER, config.topics(), config.applicationId()),
            reachWithin,
            clock);
    checkRegistry(config);
    TransactionTimeout timeout =
        TransactionTimeout.of(config.kafka(), stepBytes(config, base))
            .within(brokers.timeoutMaxMillis());
    timeout.putInto(properties);
    TopicLimits limits = limits(config, properties, brokers);
    Lifecycle lifecycle = new Lifecycle(config.applicationId());
    ThreadFailures failures =
        new ThreadFailures(
            RETRY_AFTER,
            () -> registryProblem(config).map(RegistryCheck.Problem::message),
            clock::learn,
            () -> TimeUnit.MILLISECONDS.toNanos(own.millis()));
    KafkaStreams streams =
        StateFolder.open(
            config.stateDir(),
            config.applicationId(),
            () ->
                new KafkaStreams(
                    new AdaptationTopology(config, base, clock, limits.letterBytesMax()).build(),
                    properties));
    streams.setStateListener(lifecycle);
    streams.setUncaughtExceptionHandler(failures);
    LOG.info(
        "application {} adapts {} ({}) with {} on {}",
        config.applicationId(),
        base.spec().name(),
        base.spec().baseSha256(),
        config.learner().method().name(),
        config.bootstrapServers());
    streams.start();
    return new AdaptationApplication(
        streams,
        lifecycle,
        failures,
        StalledPartitions.watch(
            config,
            Duration.ofMillis(timeout.millis()),
            settings(properties).getAdminConfigs(config.applicationId() + "-stalls"),
            clock));
  }

  private static TopicLimits limits(
      AdaptationConfig config, Properties properties, ClusterCheck.Limits brokers) {
    Map<Topic, Integer> taken = new EnumMap<>(Topic.class);
    for (Topic topic : Topic.values()) {
      Integer bytes = brokers.messageBytesMax().get(config.topics().of(topic));
      if (bytes != null) {
        taken.put(topic, bytes);
      }
    }
    Object request =
        settings(properties)
            .getProducerConfigs(config.applicationId())
            .get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    return TopicLimits.of(config, Integer.parseInt(String.valueOf(request)), taken);
  }

  private static void checkRegistry(AdaptationConfig config) {
    registryProblem(config)
        .ifPresent(
            problem -> {
              throw new UnreachableException(problem.message(), null);
            });
  }

  private static Optional<RegistryCheck.Problem> registryProblem(AdaptationConfig config) {
    return RegistryCheck.problem(config.registry(), config.topics().subject(Topic.TRAFFIC));
  }

  private static long stepBytes(AdaptationConfig config, BaseModel base) {
    return config.predictions()
        ? base.stepBytes()
            + PredictionStage.stepBytes(config.learner().batchSize(), base.spec().classes())
        : base.stepBytes();
  }

  private static StreamsConfig settings(Properties properties) {
    try {
      return new StreamsConfig(properties);
    } catch (ConfigException e) {
      throw new ConfigurationException(
          "the settings for Kafka",
          List.of(AdaptationConfig.KAFKA_PREFIX + "*: " + e.getMessage()));
    }
  }

  /**
   * Waits until the application runs for the first time.
   *
   * @throws IllegalStateException when it does not within {@code timeout}, or ended before
   */
  public void awaitRunning(Duration timeout) {
    State reached = await(lifecycle.running(), timeout);
    if (reached != State.RUNNING) {
      throw new IllegalStateException(
          "expected the application to run within "
              + timeout.toSeconds()
              + " s, found it "
              + reached
              + failure().map(e -> ": " + ThreadFailures.rootMessage(e)).orElse(""),
          failure().orElse(null));
    }
  }

  /**
   * Waits until the application has ended, by {@link #close} or by itself.
   *
   * @return false when it has not within {@code timeout}
   */
  public boolean awaitEnd(Duration timeout) {
    await(lifecycle.ended(), timeout);
    return lifecycle.ended().isDone();
  }

  private State await(CompletableFuture<State> state, Duration timeout) {
    try {
      return state.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return streams.state();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return streams.state();
    } catch (ExecutionException e) {
      throw new IllegalStateException("states are only ever reached", e);
    }
  }

  /** The broken invariant that ended the application; empty when there was none. */
  public Optional<Throwable> failure() {
    return failures.fatal();
  }

  /** What the application is doing now. */
  public State state() {
    return streams.state();
  }

  /**
   * Partitions of its topics whose committed records have not moved for longer than a transaction
   * may be open, while others lie behind them: nothing is learned from there on. Empty when all is
   * well.
   */
  public List<Stall> stalls() {
    return stalled.stalls();
  }

  /** Metrics of Kafka Streams, of the stages, and of what stands still. */
  public Map<MetricName, Metric> metrics() {
    Map<MetricName, Metric> all = new HashMap<>(streams.metrics());
    all.putAll(stalled.metrics());
    return all;
  }

  /**
   * Stops the application and joins its threads: a step that has begun is finished first. Leaves
   * the group, so that whoever goes on need not wait until the session is over.
   *
   * @return false when a thread still ran after {@code timeout}
   */
  public boolean close(Duration timeout) {
    failures.closing();
    stalled.close();
    return streams.close(
        CloseOptions.timeout(timeout)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  @Override
  public void close() {
    if (!close(CLOSE_WITHIN)) {
      LOG.warn("threads still ran {} s after they were asked to stop", CLOSE_WITHIN.toSeconds());
    }
  }
}
