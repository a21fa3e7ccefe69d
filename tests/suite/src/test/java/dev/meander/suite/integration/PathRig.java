package dev.meander.suite.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReader;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.serving.ServingConfig;
import dev.meander.serving.ServingNode;
import dev.meander.serving.ServingResources;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One path on a cluster, under topics of its own: a model, a fake one unless another is given, the
 * application, nodes, a producer and readers.
 */
final class PathRig implements AutoCloseable {

  static final int CLASSES = 4;
  static final int[] SHAPE = {3, 4, 4};
  static final LineageId LINEAGE = new LineageId("fake", LineageId.GLOBAL);
  static final int BATCH = 8;
  static final Clock CLOCK = Clock.systemUTC();

  /** Two hours ago: event times that no retention deletes while a test runs. */
  static final long RECENT_MILLIS =
      Clock.systemUTC().instant().minus(Duration.ofHours(2)).toEpochMilli();

  private static final Duration START = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;
  private static final Duration POLL = Duration.ofMillis(100);

  private final TestCluster cluster;
  private final Path folder;
  private final Path model;
  private final ModelProvider provider;
  private final int[] shape;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final SplittableRandom random = new SplittableRandom(7);
  final TopicNames names;
  final RecordSerdes serdes;
  final FakeModel fake = new FakeModel("fake", SHAPE, CLASSES, 1);
  private final Producer<byte[], byte[]> producer;
  private int sent;

  PathRig(TestCluster cluster, String prefix, Path folder) {
    this(
        cluster,
        prefix,
        folder,
        new FakeProvider(),
        FakeProvider.write(created(folder).resolve("model.fake"), CLASSES, 1),
        SHAPE);
  }

  /**
   * @param provider opens {@code model}
   * @param shape of its inputs, as many floats as {@link #SHAPE} has
   */
  PathRig(
      TestCluster cluster,
      String prefix,
      Path folder,
      ModelProvider provider,
      Path model,
      int... shape) {
    this.cluster = cluster;
    this.folder = folder;
    this.names = new TopicNames(prefix);
    this.provider = provider;
    this.model = model;
    this.shape = shape;
    try (TopicAdmin topics = TopicAdmin.connect(cluster.bootstrap(), Map.of(), names);
        SchemaAdmin schemas = SchemaAdmin.connect(cluster.registryUrl(), Map.of(), names)) {
      topics.create(PARTITIONS, (short) 1);
      schemas.register();
    }
    this.serdes = own(RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, cluster.registryUrl())));
    this.producer =
        own(
            new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrap(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
  }

  private static Path created(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    opened.push(part);
    return part;
  }

  private Map<String, String> shared() {
    Map<String, String> keys = new HashMap<>();
    keys.put("bootstrap.servers", cluster.bootstrap());
    keys.put("schema.registry.url", cluster.registryUrl());
    keys.put("topics.prefix", names.prefix());
    keys.put("model.name", LINEAGE.model());
    keys.put("model.file", model.toString());
    keys.put(
        "model.input.shape",
        Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(",")));
    return keys;
  }

  /** Digest of the model file, as messages show it. */
  String baseHash() {
    return provider.open(source()).spec().baseSha256().shortHex();
  }

  private ModelSource source() {
    return new ModelSource(LINEAGE.model(), model, 1, shape);
  }

  /** The learner application's configuration: what {@code overrides} say, and small batches. */
  AdaptationConfig config(Map<String, String> overrides) {
    Map<String, String> keys = shared();
    keys.put("application.id", names.prefix() + "-application");
    keys.put("state.dir", folder.resolve("state").toString());
    keys.put("method.name", "tent");
    keys.put("batch.size", String.valueOf(BATCH));
    keys.put("batch.min", "1");
    keys.putAll(overrides);
    return AdaptationConfig.read("the test", keys);
  }

  /** Starts the learner application and waits until it runs. */
  AdaptationApplication startApplication() {
    return startApplication(Map.of());
  }

  /** Starts it with other settings than usual. */
  AdaptationApplication startApplication(Map<String, String> overrides) {
    return startApplication(overrides, Clock.systemUTC());
  }

  /** Starts it on a machine with another clock. */
  AdaptationApplication startApplication(Map<String, String> overrides, Clock clock) {
    AdaptationApplication application =
        own(AdaptationApplication.start(config(overrides), provider, clock));
    application.awaitRunning(START);
    return application;
  }

  /** Starts a serving node and waits until it is ready. */
  ServingNode startNode(String name) throws InterruptedException {
    return startNode(name, Clock.systemUTC());
  }

  /** Starts one on a machine with another clock. */
  ServingNode startNode(String name, Clock clock) throws InterruptedException {
    Map<String, String> keys = shared();
    keys.put("node.name", name);
    keys.put("http.port", "0");
    ServingConfig config = ServingConfig.read("the test", keys);
    ServingNode node = own(new ServingNode(config, ServingResources.of(config, provider, clock)));
    node.start();
    return node;
  }

  /** An event that teaches. */
  InferenceEvent event() {
    float[] input = fake.input(sent % CLASSES, random, 0.3);
    for (int i = 0; i < input.length; i++) {
      input[i] += 0.5f;
    }
    return InferenceEvent.newBuilder()
        .setEventId("event-" + sent++)
        .setLineage(LINEAGE.toString())
        .setVersion(0)
        .setEventTime(Instant.ofEpochMilli(1_000_000L + sent))
        .setInput(EventReader.tensor(input, shape))
        .setLogits(List.of(2f, 1f, 0f, -1f))
        .setNode("test")
        .build();
  }

  /** Writes {@code count} good events. */
  void sendGood(int count) {
    for (int i = 0; i < count; i++) {
      InferenceEvent event = event();
      send(names.traffic(), LINEAGE.toString(), serdes.serialize(names.traffic(), event));
    }
    producer.flush();
  }

  /**
   * Writes an event that depends on its arguments alone, keyed by lineage to keep its order.
   *
   * @param number of the event in its lineage
   * @param timeMillis event time
   */
  void send(LineageId lineage, int number, long timeMillis) {
    SplittableRandom own = new SplittableRandom(31L * lineage.hashCode() + number);
    float[] input = fake.input(number % CLASSES, own, 0.3);
    for (int i = 0; i < input.length; i++) {
      input[i] += 0.5f;
    }
    InferenceEvent event =
        InferenceEvent.newBuilder(event())
            .setLineage(lineage.toString())
            .setEventTime(Instant.ofEpochMilli(timeMillis))
            .setInput(EventReader.tensor(input, shape))
            .build();
    send(names.traffic(), lineage.toString(), serdes.serialize(names.traffic(), event));
  }

  void send(String topic, String key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
    producer.flush();
  }

  /** Writes a record of a lineage where the application would. */
  void send(Topic topic, String key, SpecificRecord value) {
    String name = names.of(topic);
    producer.send(
        new ProducerRecord<>(
            name,
            LineagePartitions.partition(topic, key, PARTITIONS),
            key.getBytes(UTF_8),
            serdes.serialize(name, value)));
    producer.flush();
  }

  /** Writes a record with a header of its own. */
  void send(String topic, byte[] key, byte[] value, String header, String text) {
    producer.send(
        new ProducerRecord<>(
            topic, null, key, value, new RecordHeaders().add(header, text.getBytes(UTF_8))));
    producer.flush();
  }

  /**
   * Reads committed records of {@code topic} from its beginning until there are {@code count}.
   *
   * @throws AssertionError when there are fewer after 60 s
   */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            cluster.bootstrap(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            false);
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      for (int polls = 0; found.size() < count && polls < START.dividedBy(POLL); polls++) {
        consumer.poll(POLL).forEach(found::add);
      }
    }
    if (found.size() < count) {
      throw new AssertionError(
          "expected " + count + " records on " + topic + ", found " + found.size());
    }
    return found;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable part = opened.poll(); part != null; part = opened.poll()) {
      part.close();
    }
  }
}
