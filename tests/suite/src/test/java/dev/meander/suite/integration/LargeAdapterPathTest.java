package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.core.codec.CodecChoice;
import dev.meander.core.guard.Candidate;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.Origin;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.LargeModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import dev.meander.core.wire.Chunks;
import dev.meander.core.wire.EventReader;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.LineagePartitioner;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.subscribe.AdapterSubscriber;
import dev.meander.serving.subscribe.SubscriberConfig;
import dev.meander.serving.subscribe.SubscriberPorts;
import dev.meander.serving.subscribe.SubscriptionLimits;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Adapters of six megabytes on a broker with its default limits: all of one is visible at once, or
 * nothing. {@code -Dmeander.large.floats=64000000} makes them 256 MB, which needs a heap of 8 GB.
 */
final class LargeAdapterPathTest {

  private static final int FLOATS = Integer.getInteger("meander.large.floats", 1_500_000);
  private static final Duration SOON = Duration.ofSeconds(60 + FLOATS / 200_000);
  private static final int BATCH = 4;
  private static final float[] INPUT = {2, 1, 0, -1};
  private static final int CHUNK_BYTES = 512 * 1024;
  private static final LineageId LINEAGE = new LineageId("large", LineageId.GLOBAL);
  private static final Layout LAYOUT = new Layout(List.of(new Block("w", Role.GAIN, FLOATS)));
  private static final ModelSpec SPEC =
      new ModelSpec("large", Sha256.of(new byte[] {7}), new int[] {3}, 2, 3, LAYOUT, "none", 1);

  @SuppressWarnings("NullAway.Init") // set before all
  private static EmbeddedStack stack;

  private final Queue<AdapterWeights> swapped = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() {
    stack = EmbeddedStack.start(StackOptions.temporary().withPartitions(1));
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  private static AdapterWeights weights(long version) {
    SplittableRandom random = new SplittableRandom(version);
    float[] values = new float[FLOATS];
    for (int i = 0; i < FLOATS; i++) {
      values[i] = (float) random.nextDouble();
    }
    return new AdapterWeights(LAYOUT, values);
  }

  private static Chunks chunks(long number) {
    AdapterWeights weights = weights(number);
    Version version =
        new Version(
            new AdapterVersion(LINEAGE, number, weights.contentHash()),
            new Candidate(
                LINEAGE, number - 1, weights, new AdapterWeights(LAYOUT, new float[FLOATS])),
            weights.contentHash(),
            weights.contentHash(),
            "tent",
            1,
            number,
            number,
            number,
            number,
            new Origin(0, 0),
            List.of(),
            number,
            Map.of());
    CodecChoice exact = CodecChoice.configured("float32", CodecChoice.AUTO, 1, 0);
    AdapterWriting written = new AdapterWriter(SPEC, exact).write(version, 0);
    return Chunks.of(((AdapterWriting.Written) written).record(), CHUNK_BYTES);
  }

  /** What a publisher does, one call at a time. */
  private static final class Publisher implements AutoCloseable {
    final TopicNames names;
    final RecordSerdes serdes =
        RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl()));
    final KafkaProducer<byte[], byte[]> producer;

    Publisher(TopicNames names) {
      this.names = names;
      this.producer =
          new KafkaProducer<>(
              Map.of(
                  "bootstrap.servers",
                  stack.bootstrap(),
                  "transactional.id",
                  names.prefix(),
                  "partitioner.class",
                  LineagePartitioner.class.getName()),
              new ByteArraySerializer(),
              new ByteArraySerializer());
      producer.initTransactions();
    }

    void chunks(Chunks chunks, int count) {
      AdapterKey key = AdapterKey.of(LINEAGE.toString(), chunks.manifest().getVersion());
      for (int i = 0; i < count; i++) {
        send(names.adapters(), key.chunk(i).toString(), chunks.chunk(i));
      }
    }

    void rest(Chunks chunks, long epoch, String cause) {
      AdapterRecord manifest = chunks.manifest();
      AdapterKey key = AdapterKey.of(LINEAGE.toString(), manifest.getVersion());
      send(names.adapters(), key.toString(), manifest);
      alias(epoch, manifest.getVersion(), cause);
    }

    void alias(long epoch, long live, String cause) {
      send(
          names.aliases(),
          LINEAGE.toString(),
          AliasRecord.newBuilder()
              .setLineage(LINEAGE.toString())
              .setEpoch(epoch)
              .setLive(live)
              .setCause(cause)
              .setEventTime(Instant.ofEpochMilli(1))
              .build());
    }

    void publish(long version) {
      Chunks chunks = LargeAdapterPathTest.chunks(version);
      producer.beginTransaction();
      chunks(chunks, chunks.count());
      rest(chunks, version, "PUBLISH");
      producer.commitTransaction();
    }

    void send(String topic, String key, SpecificRecord value) {
      byte[] bytes = serdes.serialize(topic, value);
      producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), bytes));
    }

    @Override
    public void close() {
      producer.close();
      serdes.close();
    }
  }

  private static TopicNames topics(String prefix) {
    TopicNames names = new TopicNames(prefix);
    try (TopicAdmin topics = TopicAdmin.connect(stack.bootstrap(), Map.of(), names);
        SchemaAdmin schemas = SchemaAdmin.connect(stack.registryUrl(), Map.of(), names)) {
      topics.create(1, (short) 1);
      schemas.register();
    }
    return names;
  }

  private AdapterSubscriber follow(TopicNames names, ModelSpec spec) {
    AdapterSubscriber subscriber =
        new AdapterSubscriber(
            new SubscriberConfig(
                "node-" + names.prefix(),
                names,
                new SubscriptionLimits(1, 1, 8L * FLOATS, 100),
                new SubscriberConfig.PayloadLimits(256 << 20, 256L << 20),
                10,
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10)),
            spec,
            new SubscriberPorts(
                () ->
                    new KafkaConsumer<>(
                        Map.of(
                            "bootstrap.servers",
                            stack.bootstrap(),
                            "isolation.level",
                            "read_committed",
                            "auto.offset.reset",
                            "earliest",
                            "enable.auto.commit",
                            false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                new KafkaProducer<>(
                    Map.of("bootstrap.servers", stack.bootstrap()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer()),
                RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl())),
                null,
                (version, weights) -> swapped.add(weights),
                new ServingMetrics(),
                Clock.systemUTC(),
                System::nanoTime));
    subscriber.start();
    return subscriber;
  }

  /** Waits for the next swap and compares every bit. */
  private void assertNextSwap(long version) {
    assertThat(nextSwap()).isEqualTo(weights(version).contentHash());
  }

  private Sha256 nextSwap() {
    await().atMost(SOON).until(() -> !swapped.isEmpty());
    return swapped.remove().contentHash();
  }

  /** Versions of the bare learner, which the application must make of the same samples. */
  private static List<Sha256> learned(AdaptationConfig config, int versions) {
    List<Sha256> contents = new ArrayList<>();
    try (LargeModel model = new LargeModel(LINEAGE.model(), FLOATS)) {
      Learner learner = new Learner(LINEAGE, config.learner(), model);
      for (int i = 0; contents.size() < versions; i++) {
        Sample sample = new Sample("event-" + i, i, INPUT, new float[0], 1, i);
        for (Step step : learner.offer(sample, model)) {
          contents.add(Objects.requireNonNull(step.version()).id().content());
        }
      }
    }
    return contents;
  }

  private static void teach(Publisher publisher, int first, int count) {
    publisher.producer.beginTransaction();
    for (int i = first; i < first + count; i++) {
      publisher.send(
          publisher.names.traffic(),
          LINEAGE.toString(),
          InferenceEvent.newBuilder()
              .setEventId("event-" + i)
              .setLineage(LINEAGE.toString())
              .setVersion(0)
              .setEventTime(Instant.ofEpochMilli(i))
              .setInput(EventReader.tensor(INPUT, LargeModel.CLASSES))
              .setLogits(List.of())
              .setNode("test")
              .build());
    }
    publisher.producer.commitTransaction();
  }

  private static AdaptationConfig learner(TopicNames names, Path folder) {
    Map<String, String> keys =
        new TreeMap<>(
            Map.of(
                "bootstrap.servers", stack.bootstrap(),
                "schema.registry.url", stack.registryUrl(),
                "topics.prefix", names.prefix(),
                "application.id", names.prefix(),
                "state.dir", folder.toString(),
                "batch.size", String.valueOf(BATCH),
                "batch.min", "1",
                "model.name", LINEAGE.model(),
                "model.file", folder.toString(),
                "model.input.shape", String.valueOf(LargeModel.CLASSES)));
    keys.put("method.name", "tent");
    return AdaptationConfig.read("the test", keys);
  }

  @Test
  void shouldPublishWhatALearnerMakesAndGoOnAfterARestart(@TempDir Path folder)
      throws InterruptedException {
    TopicNames names = topics("learner");
    AdaptationConfig config = learner(names, folder);
    ModelProvider provider = LargeModel.provider(FLOATS);
    List<Sha256> expected = learned(config, 3);
    assertThat(expected).doesNotHaveDuplicates();
    ModelSpec spec = new LargeModel(LINEAGE.model(), FLOATS).spec();
    try (Publisher publisher = new Publisher(names);
        AdapterSubscriber subscriber = follow(names, spec)) {
      assertThat(subscriber.awaitCaughtUp(SOON)).isTrue();
      try (AdaptationApplication application =
          AdaptationApplication.start(config, provider, Clock.systemUTC())) {
        application.awaitRunning(SOON);
        teach(publisher, 0, BATCH);
        assertThat(nextSwap()).isEqualTo(expected.get(0));
        teach(publisher, BATCH, BATCH + 1);
        assertThat(nextSwap()).isEqualTo(expected.get(1));
      }
      try (AdaptationApplication application =
          AdaptationApplication.start(config, provider, Clock.systemUTC())) {
        teach(publisher, 2 * BATCH + 1, BATCH - 1);
        assertThat(nextSwap()).isEqualTo(expected.get(2));
        assertThat(application.failure()).isEmpty();
      }
    }
  }

  @Test
  void shouldShowAllOfAVersionOrNothing() throws InterruptedException {
    TopicNames names = topics("large");
    try (Publisher publisher = new Publisher(names);
        AdapterSubscriber subscriber = follow(names, SPEC)) {
      assertThat(subscriber.awaitCaughtUp(SOON)).isTrue();
      publisher.publish(1);
      assertNextSwap(1);

      Chunks second = chunks(2);
      assertThat(second.count()).isEqualTo((4 * FLOATS - 1) / CHUNK_BYTES + 1);
      publisher.producer.beginTransaction();
      publisher.chunks(second, 7);
      publisher.producer.flush();
      publisher.producer.abortTransaction();

      publisher.producer.beginTransaction();
      publisher.chunks(second, second.count());
      publisher.rest(second, 2, "PUBLISH");
      publisher.producer.flush();
      assertThat(subscriber.status().ready()).isTrue();
      assertThat(swapped).as("nothing of it is visible before the commit").isEmpty();
      publisher.producer.commitTransaction();
      assertNextSwap(2);

      publisher.producer.beginTransaction();
      publisher.alias(3, 1, "ROLLBACK");
      publisher.producer.commitTransaction();
      assertNextSwap(1);
    }
  }

  @Test
  void shouldReadOnlyTheVersionThatIsToServeWhenANodeStarts() throws InterruptedException {
    TopicNames names = topics("start");
    try (Publisher publisher = new Publisher(names)) {
      publisher.publish(1);
      publisher.publish(2);
      publisher.publish(3);
    }
    try (AdapterSubscriber subscriber = follow(names, SPEC)) {
      assertThat(subscriber.awaitCaughtUp(SOON)).isTrue();
      assertNextSwap(3);
      assertThat(swapped).isEmpty();
    }
  }
}
