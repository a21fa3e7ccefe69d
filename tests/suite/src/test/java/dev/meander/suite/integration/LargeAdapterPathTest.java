package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.core.codec.CodecChoice;
import dev.meander.core.guard.Candidate;
import dev.meander.core.learner.Origin;
import dev.meander.core.learner.Version;
import dev.meander.core.model.ModelSpec;
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
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.LineagePartitioner;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.subscribe.AdapterSubscriber;
import dev.meander.serving.subscribe.SubscriberConfig;
import dev.meander.serving.subscribe.SubscriberPorts;
import dev.meander.serving.subscribe.SubscriptionLimits;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
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

/**
 * Adapters of six megabytes on a broker with its default limits: all of one is visible at once, or
 * nothing. {@code -Dmeander.large.floats=64000000} makes them 256 MB, which needs a heap of 5 GB.
 */
final class LargeAdapterPathTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int FLOATS = Integer.getInteger("meander.large.floats", 1_500_000);
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

  private AdapterSubscriber follow(TopicNames names) {
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
            SPEC,
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
    await().atMost(SOON).until(() -> !swapped.isEmpty());
    AdapterWeights found = swapped.remove();
    assertThat(found.contentHash()).isEqualTo(weights(version).contentHash());
  }

  @Test
  void shouldShowAllOfAVersionOrNothing() throws InterruptedException {
    TopicNames names = topics("large");
    try (Publisher publisher = new Publisher(names);
        AdapterSubscriber subscriber = follow(names)) {
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
    try (AdapterSubscriber subscriber = follow(names)) {
      assertThat(subscriber.awaitCaughtUp(SOON)).isTrue();
      assertNextSwap(3);
      assertThat(swapped).isEmpty();
    }
  }
}
