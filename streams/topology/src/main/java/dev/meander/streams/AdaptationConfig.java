package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.gate.GateConfig;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.Credentials;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.streams.publish.PublishConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything the learner application is told.
 *
 * <p>Thread-safety: immutable.
 *
 * @param applicationId consumer group, prefix of internal topics, and of transactions
 * @param bootstrapServers where the cluster is
 * @param topics full names of the topics
 * @param model the model to adapt
 * @param gate thresholds of the gate
 * @param learner what a learner's result depends on
 * @param streamThreads threads of this instance
 * @param stateDir where stores lie on disk; can be rebuilt from the cluster
 * @param commitInterval longest time between two commits
 * @param sampleBytesMax largest event that becomes a sample
 * @param predictions whether the learner's own answers are written
 * @param publish how versions are written
 * @param learnersLiveMax learners of one task in memory at once
 * @param learnersLiveBytesMax bytes of their state and waiting samples
 * @param groupProtocol how instances share the work
 * @param abortHanging whether the application ends transactions that hang in its topics
 * @param kafka settings of Kafka's clients and Streams, passed through
 * @param registry settings of the registry's client, its address included
 */
public record AdaptationConfig(
    String applicationId,
    String bootstrapServers,
    TopicNames topics,
    ModelSource model,
    GateConfig gate,
    LearnerConfig learner,
    int streamThreads,
    Path stateDir,
    Duration commitInterval,
    int sampleBytesMax,
    boolean predictions,
    PublishConfig publish,
    int learnersLiveMax,
    long learnersLiveBytesMax,
    GroupProtocol groupProtocol,
    boolean abortHanging,
    Map<String, String> kafka,
    Map<String, String> registry) {

  /** Keys that go to Kafka's clients and Streams, without this prefix. */
  public static final String KAFKA_PREFIX = "kafka.";

  /** Keys that go to the schema registry's client, without this prefix. */
  public static final String REGISTRY_PREFIX = "registry.";

  private static final int RECORD_BYTES_LIMIT = 64 << 20;

  public static final Option<String> APPLICATION_ID =
      Option.text(
          "application.id",
          "meander",
          "Consumer group of the application and prefix of its internal topics.");
  public static final Option<String> BOOTSTRAP_SERVERS =
      Option.text("bootstrap.servers", null, "Kafka brokers, host:port, separated by commas.");
  public static final Option<String> REGISTRY_URL =
      Option.text(RecordSerdes.REGISTRY_URL, null, "Address of the schema registry.");
  public static final Option<TopicNames> TOPICS_PREFIX =
      new Option<>(
          "topics.prefix",
          TopicNames.DEFAULT_PREFIX,
          "a topic name",
          "First part of every topic's name.",
          TopicNames::new);
  public static final Option<String> MODEL_NAME =
      new Option<>(
          "model.name",
          null,
          "letters, digits, '.', '_', '-'",
          "Name of the model, first part of its lineages.",
          text -> new LineageId(text, LineageId.GLOBAL).model());
  public static final Option<Path> MODEL_FILE =
      Option.file("model.file", null, "The model to adapt and to serve.");
  public static final Option<int[]> MODEL_INPUT_SHAPE =
      new Option<>(
          "model.input.shape",
          null,
          "sizes >= 1, separated by commas",
          "Shape of one input without the batch dimension, such as 3,32,32.",
          AdaptationConfig::shape);

  public static final Option<String> MODEL_OUTPUT =
      Option.text(
          "model.output",
          ModelSource.OBVIOUS,
          "Which output of the model the logits are, where it has several: a key of a dict, a field"
              + " or a position of a tuple; auto takes the only one or the one called logits.");
  public static final Option<Integer> ENGINE_THREADS =
      Option.count(
          "engine.threads",
          1,
          1,
          256,
          "Threads one operation of the engine may use; 1 for replays that are equal bit for bit.");
  public static final Option<Integer> STREAM_THREADS =
      Option.count("streams.threads", 1, 1, 256, "Stream threads of this instance.");
  public static final Option<Path> STATE_DIR =
      Option.file(
          "state.dir", "meander-state", "Folder of the stores; can be rebuilt from the cluster.");
  public static final Option<Duration> COMMIT_INTERVAL =
      Option.duration(
          "commit.interval",
          "500ms",
          Duration.ofMillis(10),
          Duration.ofSeconds(30),
          "Longest time between two commits; a version is committed at once, those of a burst every"
              + " 20 ms.");
  public static final Option<Integer> SAMPLE_BYTES_MAX =
      Option.count(
          "samples.record.max.bytes",
          1_000_000,
          1_024,
          RECORD_BYTES_LIMIT,
          "Largest event that becomes a sample; a larger one is a dead letter.");
  public static final Option<Boolean> PREDICTIONS =
      Option.flag(
          "predictions.enabled",
          false,
          "Whether the learner's own answer to each sample is written to predictions; logits are"
              + " left out where a record would exceed samples.record.max.bytes.");
  public static final Option<Integer> LEARNERS_LIVE_MAX =
      Option.count(
          "learners.live.max",
          1_024,
          1,
          1_000_000,
          "Learners of one task in memory at once; the others wait in the store.");
  public static final Option<Long> LEARNERS_LIVE_BYTES_MAX =
      Option.whole(
          "learners.live.max.bytes",
          128L << 20,
          1L << 16,
          1L << 40,
          "Bytes of state and waiting samples of one task's learners in memory; one may exceed"
              + " it.");
  public static final Option<GroupProtocol> GROUP_PROTOCOL =
      Option.oneOf(
          "group.protocol",
          GroupProtocol.CLASSIC,
          GroupProtocol.class,
          "How instances share the work; streams needs brokers of 4.2 or newer.");

  public static final Option<Boolean> ABORT_HANGING =
      Option.flag(
          "transactions.abort.hanging",
          false,
          "Whether the application ends transactions that hang in its own topics; needs ALTER on"
              + " the cluster.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS = options();

  private static List<Option<?>> options() {
    List<Option<?>> options =
        new ArrayList<>(
            List.of(
                APPLICATION_ID,
                BOOTSTRAP_SERVERS,
                REGISTRY_URL,
                TOPICS_PREFIX,
                MODEL_NAME,
                MODEL_FILE,
                MODEL_INPUT_SHAPE,
                MODEL_OUTPUT,
                ENGINE_THREADS,
                STREAM_THREADS,
                STATE_DIR,
                COMMIT_INTERVAL,
                SAMPLE_BYTES_MAX,
                PREDICTIONS,
                LEARNERS_LIVE_MAX,
                LEARNERS_LIVE_BYTES_MAX,
                GROUP_PROTOCOL,
                ABORT_HANGING));
    options.addAll(GateConfig.OPTIONS);
    options.addAll(LearnerConfig.OPTIONS);
    options.addAll(PublishConfig.OPTIONS);
    return List.copyOf(options);
  }

  public AdaptationConfig {
    kafka = Map.copyOf(kafka);
    registry = Map.copyOf(registry);
  }

  /** Where it works and on what, without the secrets of its clients. */
  @Override
  public String toString() {
    return "AdaptationConfig[applicationId="
        + applicationId
        + ", bootstrapServers="
        + bootstrapServers
        + ", topics="
        + topics
        + ", model="
        + model
        + ", kafka="
        + Credentials.hide(kafka)
        + ", registry="
        + Credentials.hide(registry)
        + "]";
  }

  /**
   * Reads keys and texts.
   *
   * @param origin where they come from, for messages
   * @throws ConfigurationException with all problems
   */
  public static AdaptationConfig read(String origin, Map<String, String> raw) {
    return from(
        origin, Settings.read(origin, raw, OPTIONS, List.of(KAFKA_PREFIX, REGISTRY_PREFIX)));
  }

  /**
   * Takes the application's part of settings that were read with {@link #OPTIONS} and both
   * prefixes.
   *
   * @param origin where they come from, for messages
   * @throws ConfigurationException with all problems
   */
  public static AdaptationConfig from(String origin, Settings settings) {
    List<String> problems = new ArrayList<>();
    GateConfig gate = part(problems, () -> GateConfig.from(settings));
    LearnerConfig learner = part(problems, () -> LearnerConfig.from(settings));
    PublishConfig publish = part(problems, () -> PublishConfig.from(settings));
    Map<String, String> kafka = settings.passedThrough(KAFKA_PREFIX);
    problems.addAll(StreamsProperties.problems(kafka));
    if (gate == null || learner == null || publish == null || !problems.isEmpty()) {
      throw new ConfigurationException(origin, problems);
    }
    Map<String, String> registry = new TreeMap<>(settings.passedThrough(REGISTRY_PREFIX));
    registry.put(RecordSerdes.REGISTRY_URL, settings.get(REGISTRY_URL));
    return new AdaptationConfig(
        settings.get(APPLICATION_ID),
        settings.get(BOOTSTRAP_SERVERS),
        settings.get(TOPICS_PREFIX),
        new ModelSource(
                settings.get(MODEL_NAME),
                settings.get(MODEL_FILE),
                settings.get(ENGINE_THREADS),
                settings.get(MODEL_INPUT_SHAPE))
            .withOutput(settings.get(MODEL_OUTPUT)),
        gate,
        learner,
        settings.get(STREAM_THREADS),
        settings.get(STATE_DIR),
        settings.get(COMMIT_INTERVAL),
        settings.get(SAMPLE_BYTES_MAX),
        settings.get(PREDICTIONS),
        publish,
        settings.get(LEARNERS_LIVE_MAX),
        settings.get(LEARNERS_LIVE_BYTES_MAX),
        settings.get(GROUP_PROTOCOL),
        settings.get(ABORT_HANGING),
        kafka,
        registry);
  }

  private static <T> @Nullable T part(List<String> problems, Supplier<T> build) {
    try {
      return build.get();
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static int[] shape(String text) {
    try {
      int[] shape =
          Arrays.stream(text.split(",", -1))
              .map(String::strip)
              .mapToInt(Integer::parseInt)
              .filter(size -> size >= 1)
              .toArray();
      int floats = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      if (floats > 0 && shape.length == text.split(",", -1).length) {
        return shape;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(badShape(text), e);
    }
    throw new IllegalArgumentException(badShape(text));
  }

  private static String badShape(String text) {
    return "expected sizes >= 1 separated by commas, such as 3,32,32, found \"" + text + "\"";
  }

  /** Settings of Kafka Streams. */
  public Properties properties() {
    return StreamsProperties.of(this);
  }
}
