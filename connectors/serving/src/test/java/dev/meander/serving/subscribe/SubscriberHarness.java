package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.core.model.FakeProvider;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.weights.LineageId;
import dev.meander.kit.FakeClock;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.ServingAck;
import dev.meander.serving.fixture.FakeLog;
import dev.meander.serving.fixture.FlakyRegistry;
import dev.meander.serving.fixture.Served;
import dev.meander.serving.fixture.StepNanos;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.slot.LineageSlots;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A subscriber on a log in memory, with what it is given and what it says. */
final class SubscriberHarness {

  static final TopicNames TOPICS = new TopicNames("t");
  static final Duration BOUND = Duration.ofSeconds(20);
  static final Instant NOW = Instant.parse("2026-03-01T00:00:01.234567Z");
  private static final LineageId LINEAGE = Served.GLOBAL;

  final FakeLog log = new FakeLog();
  final FlakyRegistry registry = new FlakyRegistry();
  final RecordSerdes serdes = open(registry);
  final MockProducer<byte[], byte[]> acks = producer();
  final ServingMetrics metrics = new ServingMetrics();
  final Path objects;
  final Served served;
  final LineageSlots slots;
  final AdapterSubscriber subscriber;

  SubscriberHarness(Path folder) {
    objects = folder.resolve("objects");
    served = new Served(folder);
    slots = new LineageSlots(new FakeProvider(), served.source());
    log.topic(TOPICS.adapters(), 1).topic(TOPICS.aliases(), 1);
    subscriber = subscriber(log, acks);
  }

  private static RecordSerdes open(FlakyRegistry registry) {
    return new RecordSerdes(registry, Map.of(RecordSerdes.REGISTRY_URL, "mock://unused"));
  }

  private static MockProducer<byte[], byte[]> producer() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Another subscriber for the same slots. */
  AdapterSubscriber subscriber(FakeLog other) {
    return subscriber(other, producer());
  }

  private AdapterSubscriber subscriber(FakeLog from, MockProducer<byte[], byte[]> to) {
    return new AdapterSubscriber(
        new SubscriberConfig(
            "node-1",
            TOPICS,
            new SubscriptionLimits(2, 2, 1_000, 100),
            new SubscriberConfig.PayloadLimits(10_000, 1_000),
            1e3,
            Duration.ofMillis(5),
            Duration.ofMillis(200),
            Duration.ofSeconds(5)),
        served.spec(),
        new SubscriberPorts(
            from::consumer,
            to,
            open(registry),
            new FolderObjectStore(objects),
            slots,
            metrics,
            FakeClock.at(NOW),
            new StepNanos()));
  }

  void close() {
    subscriber.close();
    slots.close();
  }

  void adapter(AdapterRecord record) {
    String key = record.getLineage() + "/" + record.getVersion();
    log.append(TOPICS.adapters(), key, serdes.serialize(TOPICS.adapters(), record));
  }

  void publish(long version) {
    adapter(served.adapter(LINEAGE, version));
  }

  void alias(long epoch, long live, String cause) {
    log.append(
        TOPICS.aliases(),
        LINEAGE.toString(),
        serdes.serialize(TOPICS.aliases(), Served.alias(LINEAGE, epoch, live, cause)));
  }

  void startWithVersionOneLive() throws InterruptedException {
    publish(1);
    alias(1, 1, "PUBLISH");
    subscriber.start();
    assertThat(subscriber.awaitCaughtUp(BOUND)).isTrue();
    assertThat(live()).isEqualTo(1);
  }

  long live() {
    return slots.active(LINEAGE).number();
  }

  List<ServingAck> acks() {
    List<ServingAck> read = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : acks.history()) {
      assertThat(record.topic()).isEqualTo("t.acks");
      Decoded<ServingAck> decoded = serdes.decode(TOPICS.acks(), ServingAck.class, record.value());
      ServingAck ack = ((Decoded.Value<ServingAck>) decoded).value();
      assertThat(new String(record.key(), StandardCharsets.UTF_8))
          .isEqualTo("node-1/" + ack.getLineage());
      read.add(ack);
    }
    return read;
  }

  List<String> texts() {
    return acks().stream()
        .map(ack -> ack.getVersion() + " " + ack.getOutcome() + " " + ack.getReason())
        .toList();
  }

  void awaitAck(String text) {
    await().atMost(BOUND).untilAsserted(() -> assertThat(texts()).contains(text));
  }
}
