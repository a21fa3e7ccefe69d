package dev.meander.serving;

import dev.meander.core.config.Option;
import dev.meander.core.model.ModelSource;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.TopicNames;
import dev.meander.serving.traffic.TrafficKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Every configuration key of a serving node. */
final class ServingOptions {

  static final Option<String> BOOTSTRAP_SERVERS =
      Option.text("bootstrap.servers", null, "Kafka brokers, host:port, separated by commas.");
  static final Option<String> SCHEMA_REGISTRY_URL =
      Option.text("schema.registry.url", null, "Address of the schema registry.");
  static final Option<TopicNames> TOPICS_PREFIX =
      new Option<>(
          "topics.prefix",
          TopicNames.DEFAULT_PREFIX,
          "a topic name",
          "First part of every topic's name.",
          TopicNames::new);
  static final Option<String> MODEL_NAME =
      new Option<>(
          "model.name",
          null,
          "letters, digits, '.', '_', '-'",
          "Name of the model, first part of its lineages.",
          ServingOptions::modelName);
  static final Option<Path> MODEL_FILE =
      Option.file("model.file", null, "The model to adapt and to serve.");
  static final Option<int[]> MODEL_INPUT_SHAPE =
      new Option<>(
          "model.input.shape",
          null,
          "sizes >= 1, separated by commas",
          "Shape of one input without the batch dimension, such as 3,32,32.",
          ServingOptions::shape);

  static final Option<String> MODEL_OUTPUT =
      Option.text(
          "model.output",
          ModelSource.OBVIOUS,
          "Which output of the model the logits are, where it has several: a key of a dict, a field"
              + " or a position of a tuple; auto takes the only one or the one called logits.");
  static final Option<Integer> ENGINE_THREADS =
      Option.count(
          "engine.threads",
          1,
          1,
          256,
          "Threads one operation of the engine may use; 1 for replays that are equal bit for bit.");
  static final Option<String> NODE_NAME =
      Option.text(
          "node.name",
          ServingConfig.AUTO,
          "Name of this node in acks and traffic, its own on the cluster; auto is host and port.");
  static final Option<String> HTTP_HOST =
      Option.text("http.host", "127.0.0.1", "Address to listen on; 0.0.0.0 for all.");
  static final Option<Integer> HTTP_PORT =
      Option.count("http.port", 8080, 0, 65535, "Port to listen on; 0 for any that is free.");

  static final Option<Integer> ROWS_MAX =
      Option.count("serving.rows.max", 64, 1, 65536, "Most inputs in one request, else 413.");
  static final Option<Integer> BODY_BYTES_MAX =
      Option.count(
          "serving.body.bytes.max",
          8 << 20,
          1024,
          1 << 30,
          "Largest request body in bytes, else 413.");
  static final Option<Integer> CONCURRENT_MAX =
      Option.count(
          "serving.concurrent.max", 32, 1, 1024, "Most requests answered at once, else 503.");
  static final Option<Integer> LINEAGES_MAX =
      Option.count(
          "serving.lineages.max",
          64,
          1,
          10_000,
          "Lineages that are followed; more are refused and answered by the base model.");
  static final Option<Integer> VERSIONS_KEPT =
      Option.count(
          "serving.versions.kept",
          8,
          1,
          1000,
          "Newest versions per lineage kept decoded for an immediate rollback.");
  static final Option<Integer> VERSIONS_INDEXED =
      Option.count(
          "serving.versions.indexed",
          4096,
          1,
          1_000_000,
          "Newest versions per lineage that a rollback can read back from the log.");
  static final Option<Long> DECODED_BYTES_MAX =
      Option.whole(
          "serving.versions.kept.max.bytes",
          256L << 20,
          1024,
          1L << 40,
          "Most bytes of those per lineage; older ones are read back from the log when needed.");
  static final Option<Integer> PAYLOAD_BYTES_MAX =
      Option.count(
          "serving.payload.max.bytes",
          1 << 30,
          1024,
          1 << 30,
          "Largest encoded adapter that is read; a larger one is refused.");
  static final Option<Long> CHUNK_BYTES_MAX =
      Option.whole(
          "serving.chunks.max.bytes",
          256L << 20,
          0,
          1L << 40,
          "Most bytes of chunks held at once, of all lineages; what is beyond is read back.");
  static final Option<Double> WEIGHT_MAX =
      Option.number(
          "serving.weight.max", 1e6, 1e-6, 1e30, "Largest absolute weight that is served.");
  static final Option<Duration> BOOT_WAIT =
      Option.duration(
          "serving.boot.wait",
          "30s",
          Duration.ofMillis(1),
          Duration.ofHours(1),
          "How long a start may read the log before it gives up.");
  static final Option<Boolean> REQUIRE_ADAPTERS =
      Option.flag(
          "serving.boot.require-adapters",
          true,
          "Whether a start that gives up fails; false serves the base model meanwhile.");
  static final Option<Duration> READ_BACK_WAIT =
      Option.duration(
          "serving.read-back.wait",
          "5s",
          Duration.ofMillis(1),
          Duration.ofMinutes(5),
          "How long reading one old version back from the log may take.");
  static final Option<Duration> BACKOFF_MAX =
      Option.duration(
          "serving.backoff.max",
          "10s",
          Duration.ofMillis(1),
          Duration.ofMinutes(10),
          "Longest pause before a broker or registry that does not answer is asked again.");
  static final Option<Duration> CLOSE_WAIT =
      Option.duration(
          "serving.close.wait",
          "5s",
          Duration.ofMillis(1),
          Duration.ofMinutes(5),
          "How long closing waits for each part of the node.");
  static final Option<Duration> STALLED_AFTER =
      Option.duration(
          "serving.stalled.after",
          "2m",
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          "How long committed records of adapters or aliases may stand still with others behind"
              + " them; the application's transaction timeout or more.");
  static final Option<TrafficKey> TRAFFIC_KEY =
      Option.oneOf(
          "serving.traffic.key",
          TrafficKey.EVENT_ID,
          TrafficKey.class,
          "What events are keyed with: their own id, or their scope's lineage to keep its order.");
  static final Option<Double> TRAFFIC_SHARE =
      Option.number(
          "serving.traffic.share", 1, 0, 1, "Share of events written, chosen by hash of their id.");
  static final Option<Long> TRAFFIC_BUFFER_BYTES =
      Option.whole(
          "serving.traffic.buffer.bytes",
          32L << 20,
          1024,
          1L << 40,
          "Most bytes of events that may wait to be written; more are dropped and counted.");

  /** All of them, in the order of the README's table. */
  static final List<Option<?>> ALL =
      List.of(
          BOOTSTRAP_SERVERS,
          SCHEMA_REGISTRY_URL,
          TOPICS_PREFIX,
          MODEL_NAME,
          MODEL_FILE,
          MODEL_INPUT_SHAPE,
          MODEL_OUTPUT,
          ENGINE_THREADS,
          NODE_NAME,
          HTTP_HOST,
          HTTP_PORT,
          ROWS_MAX,
          BODY_BYTES_MAX,
          CONCURRENT_MAX,
          LINEAGES_MAX,
          VERSIONS_KEPT,
          DECODED_BYTES_MAX,
          VERSIONS_INDEXED,
          PAYLOAD_BYTES_MAX,
          CHUNK_BYTES_MAX,
          FolderObjectStore.FOLDER,
          WEIGHT_MAX,
          BOOT_WAIT,
          REQUIRE_ADAPTERS,
          READ_BACK_WAIT,
          BACKOFF_MAX,
          CLOSE_WAIT,
          STALLED_AFTER,
          TRAFFIC_KEY,
          TRAFFIC_SHARE,
          TRAFFIC_BUFFER_BYTES);

  private ServingOptions() {}

  private static String modelName(String text) {
    return new LineageId(text, LineageId.GLOBAL).model();
  }

  private static int[] shape(String text) {
    try {
      int[] shape =
          Arrays.stream(text.split(",", -1))
              .mapToInt(dimension -> Integer.parseInt(dimension.trim()))
              .toArray();
      boolean positive = Arrays.stream(shape).allMatch(dimension -> dimension >= 1);
      if (positive && Arrays.stream(shape).reduce(1, Math::multiplyExact) >= 1) {
        return shape;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(expectedShape(text), e);
    }
    throw new IllegalArgumentException(expectedShape(text));
  }

  private static String expectedShape(String text) {
    return "expected sizes >= 1 separated by commas, such as 3,32,32, found \"" + text + "\"";
  }
}
