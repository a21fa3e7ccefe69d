package dev.meander.streams;

import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.weights.Sha256;
import dev.meander.kit.FakeClock;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Prediction;
import dev.meander.schemas.record.Sample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology over a fake model in a test driver, with the records it reads and writes. */
final class PathDriver implements AutoCloseable {

  static final String LINEAGE = "fake:global";
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00.000123Z");

  private static final List<String> STORES =
      List.of(
          "gate-state",
          "learner-state",
          "learner-pending",
          "learner-pauses",
          "learner-configurations",
          "aliases",
          "frames",
          "versions",
          "commands-applied");

  final AdaptationConfig config;
  final BaseModel base;
  final TopologyTestDriver driver;
  final RecordSerdes serdes;
  private final TestInputTopic<byte[], byte[]> traffic;
  private final TestInputTopic<byte[], byte[]> samples;
  private final TestInputTopic<byte[], byte[]> commands;

  /** A topology in {@code folder} with batches of 4 and what {@code overrides} say. */
  PathDriver(Path folder, Map<String, String> overrides) {
    this(config(folder, overrides), new FakeProvider());
  }

  PathDriver(AdaptationConfig config, ModelProvider provider) {
    this.config = config;
    this.base = BaseModel.check(config.model(), provider, config.learner());
    AdaptationTopology topology = new AdaptationTopology(config, base, FakeClock.at(NOW));
    this.driver = new TopologyTestDriver(topology.build(), config.properties());
    this.serdes = RecordSerdes.open(config.registry());
    this.traffic = input(Topic.TRAFFIC);
    this.samples = input(Topic.SAMPLES);
    this.commands = input(Topic.COMMANDS);
  }

  static Map<String, String> keys(Path folder, Map<String, String> overrides) {
    Path file = FakeProvider.write(folder.resolve("model.fake"), Events.CLASSES, 1);
    Map<String, String> keys = new HashMap<>();
    keys.put("bootstrap.servers", "localhost:9092");
    keys.put("schema.registry.url", "mock://" + folder.getFileName());
    keys.put("model.name", "fake");
    keys.put("model.file", file.toString());
    keys.put("model.input.shape", "3,4,4");
    keys.put("state.dir", folder.resolve("state").toString());
    keys.put("method.name", "tent");
    keys.put("batch.size", "4");
    keys.put("batch.min", "2");
    keys.putAll(overrides);
    return keys;
  }

  static AdaptationConfig config(Path folder, Map<String, String> overrides) {
    return AdaptationConfig.read("test", keys(folder, overrides));
  }

  private TestInputTopic<byte[], byte[]> input(Topic topic) {
    return driver.createInputTopic(
        config.topics().of(topic), new ByteArraySerializer(), new ByteArraySerializer());
  }

  void traffic(InferenceEvent event) {
    traffic(event.getEventId(), event, new RecordHeaders());
  }

  void traffic(String key, InferenceEvent event, Headers headers) {
    byte[] value = serdes.serialize(config.topics().traffic(), event);
    traffic.pipeInput(new TestRecord<>(bytes(key), value, headers, event.getEventTime()));
  }

  void traffic(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    traffic.pipeInput(
        new TestRecord<>(key, value, headers, Instant.ofEpochMilli(Events.START_MILLIS)));
  }

  void sample(Sample sample) {
    sample(
        bytes(sample.getEvent().getLineage()),
        serdes.serialize(config.topics().samples(), sample),
        sample.getEvent().getEventTime());
  }

  void sample(byte @Nullable [] key, byte @Nullable [] value, Instant time) {
    samples.pipeInput(new TestRecord<>(key, value, new RecordHeaders(), time));
  }

  void command(Command command) {
    command(bytes(command.getLineage()), serdes.serialize(config.topics().commands(), command));
  }

  void command(byte @Nullable [] key, byte @Nullable [] value) {
    commands.pipeInput(new TestRecord<>(key, value, new RecordHeaders(), NOW));
  }

  void advanceWallClock(Duration duration) {
    driver.advanceWallClockTime(duration);
  }

  List<TestRecord<byte[], byte[]>> written(Topic topic) {
    return driver
        .createOutputTopic(
            config.topics().of(topic), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** What a store's changelog was told since the last call. */
  List<TestRecord<String, byte[]>> changelog(String store) {
    return driver
        .createOutputTopic(
            "meander-" + store + "-changelog",
            new StringDeserializer(),
            new ByteArrayDeserializer())
        .readRecordsToList();
  }

  List<AdapterRecord> adapters() {
    return read(Topic.ADAPTERS, AdapterRecord.class);
  }

  List<AliasRecord> aliases() {
    return read(Topic.ALIASES, AliasRecord.class);
  }

  List<Decision> decisions() {
    return read(Topic.DECISIONS, Decision.class);
  }

  List<Prediction> predictions() {
    return read(Topic.PREDICTIONS, Prediction.class);
  }

  private <T extends SpecificRecord> List<T> read(Topic topic, Class<T> type) {
    return written(topic).stream().map(record -> decode(topic, type, record.value())).toList();
  }

  <T extends SpecificRecord> T decode(Topic topic, Class<T> type, byte[] value) {
    Decoded<T> decoded = serdes.decode(config.topics().of(topic), type, value);
    if (decoded instanceof Decoded.Value<T> found) {
      return found.value();
    }
    throw new AssertionError(decoded.toString());
  }

  /** {@code lineage/version content state} of everything published since the last call. */
  List<String> versions() {
    return adapters().stream()
        .map(
            record ->
                record.getLineage()
                    + "/"
                    + record.getVersion()
                    + " "
                    + hash(record.getContentSha256())
                    + " "
                    + hash(record.getStateSha256()))
        .toList();
  }

  private static Sha256 hash(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Sha256.wrap(copy);
  }

  /** Total of a metric with this outcome, over all stages. */
  double total(String metric, String outcome) {
    return driver.metrics().values().stream()
        .filter(found -> found.metricName().name().equals(metric + "-total"))
        .filter(found -> outcome.equals(found.metricName().tags().get("outcome")))
        .mapToDouble(found -> (double) found.metricValue())
        .sum();
  }

  /** What every store holds. */
  Map<String, Map<String, byte[]>> stores() {
    Map<String, Map<String, byte[]>> stores = new TreeMap<>();
    for (String name : STORES) {
      Map<String, byte[]> entries = new TreeMap<>();
      try (KeyValueIterator<String, byte[]> all = store(name).all()) {
        all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
      }
      stores.put(name, entries);
    }
    return stores;
  }

  KeyValueStore<String, byte[]> store(String name) {
    return driver.getKeyValueStore(name);
  }

  /** Continues as a restarted task does: with stores as they were and at the next offset. */
  void restore(Map<String, Map<String, byte[]>> stores, int samplesConsumed) {
    for (int i = 0; i < samplesConsumed; i++) {
      sample(null, null, Instant.ofEpochMilli(Events.START_MILLIS));
    }
    written(Topic.DLQ);
    stores.forEach((name, entries) -> entries.forEach(store(name)::put));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    driver.close();
    serdes.close();
  }
}
