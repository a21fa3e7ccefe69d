package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.core.model.FakeProvider;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
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
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.slot.LineageSlots;
import dev.meander.serving.subscribe.SubscriberStatus.Phase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdapterSubscriberTest {

  private static final LineageId LINEAGE = Served.GLOBAL;
  private static final TopicNames TOPICS = new TopicNames("t");
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:01.234567Z");
  private static final Tensor X = Served.input(1, 7);

  private final FakeLog log = new FakeLog();
  private final FlakyRegistry registry = new FlakyRegistry();
  private final RecordSerdes serdes =
      new RecordSerdes(registry, Map.of(RecordSerdes.REGISTRY_URL, "mock://unused"));
  private final MockProducer<byte[], byte[]> acks =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final ServingMetrics metrics = new ServingMetrics();
  private Served served;
  private LineageSlots slots;
  private AdapterSubscriber subscriber;

  @BeforeEach
  void open(@TempDir Path folder) {
    served = new Served(folder);
    slots = new LineageSlots(new FakeProvider(), served.source());
    log.topic(TOPICS.adapters(), 1).topic(TOPICS.aliases(), 1);
    subscriber =
        new AdapterSubscriber(
            new SubscriberConfig(
                "node-1",
                TOPICS,
                new SubscriptionLimits(2, 2, 100),
                1e3,
                Duration.ofMillis(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(5)),
            served.spec(),
            new SubscriberPorts(
                log::consumer,
                acks,
                new RecordSerdes(registry, Map.of(RecordSerdes.REGISTRY_URL, "mock://unused")),
                slots,
                metrics,
                FakeClock.at(NOW),
                System::nanoTime));
  }

  @AfterEach
  void close() {
    subscriber.close();
    assertThat(subscriber.status().phase()).isIn(Phase.CLOSED, Phase.CATCHING_UP);
    slots.close();
  }

  private void adapter(AdapterRecord record) {
    String key = record.getLineage() + "/" + record.getVersion();
    log.append(TOPICS.adapters(), key, serdes.serialize(TOPICS.adapters(), record));
  }

  private void publish(long version) {
    adapter(served.adapter(LINEAGE, version));
  }

  private void alias(long epoch, long live, String cause) {
    log.append(
        TOPICS.aliases(),
        LINEAGE.toString(),
        serdes.serialize(TOPICS.aliases(), Served.alias(LINEAGE, epoch, live, cause)));
  }

  private void startWithVersionOneLive() throws InterruptedException {
    publish(1);
    alias(1, 1, "PUBLISH");
    subscriber.start();
    assertThat(subscriber.awaitCaughtUp(BOUND)).isTrue();
    assertThat(live()).isEqualTo(1);
  }

  private long live() {
    return slots.active(LINEAGE).number();
  }

  private List<ServingAck> acks() {
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

  private List<String> texts() {
    return acks().stream()
        .map(ack -> ack.getVersion() + " " + ack.getOutcome() + " " + ack.getReason())
        .toList();
  }

  private void awaitAck(String text) {
    await().atMost(BOUND).untilAsserted(() -> assertThat(texts()).contains(text));
  }

  /** Publishes {@code record} as version 2, live, and expects its refusal. */
  private void assertRefused(AdapterRecord record, String reason) throws InterruptedException {
    startWithVersionOneLive();

    adapter(record);
    alias(2, 2, "PUBLISH");
    awaitAck("2 REFUSED " + reason);

    assertThat(live()).isEqualTo(1);
    assertThat(slots.predict(LINEAGE, X).logits().data()).containsExactly(served.logits(1, X));
    publish(3);
    alias(3, 3, "PUBLISH");
    awaitAck("3 LIVE ");
    assertThat(texts()).containsExactly("1 LIVE ", "2 REFUSED " + reason, "3 LIVE ");
  }

  @Test
  void shouldServeTheAliasedVersionAfterCatchingUp() throws InterruptedException {
    for (long version = 1; version <= 5; version++) {
      publish(version);
      alias(version, version, "PUBLISH");
    }
    subscriber.start();

    assertThat(subscriber.awaitCaughtUp(BOUND)).isTrue();

    assertThat(live()).isEqualTo(5);
    assertThat(subscriber.status().ready()).isTrue();
    assertThat(texts()).as("history is not served").containsExactly("5 LIVE ");
    assertThat(slots.predict(LINEAGE, X).logits().data()).containsExactly(served.logits(5, X));
  }

  @Test
  void shouldAcknowledgeWithTimesWhenAVersionIsLive() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 1);
    log.append(
        TOPICS.adapters(),
        0,
        "m:global/1",
        serdes.serialize(TOPICS.adapters(), record),
        Map.of(RecordIntake.PUBLISHED_AT_MICROS, "1772323200000123"));
    alias(1, 1, "PUBLISH");
    subscriber.start();
    awaitAck("1 LIVE ");

    ServingAck ack = acks().get(0);
    assertThat(ack.getPublishedAt()).isEqualTo(Instant.parse("2026-03-01T00:00:00.000123Z"));
    assertThat(ack.getLiveAt()).isEqualTo(NOW);
    assertThat(ack.getSwapMicros()).isNotNegative();
    assertThat(ack.getNode()).isEqualTo("node-1");
  }

  @Test
  void shouldRefuseAnAdapterForAnotherBase() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setBaseSha256(ByteBuffer.wrap(new byte[32])).build();
    assertRefused(
        record,
        "OTHER_BASE: expected an adapter for base "
            + served.spec().baseSha256()
            + ", found one for base 000000000000");
  }

  @Test
  void shouldRefuseATruncatedPayload() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    ByteBuffer payload = Objects.requireNonNull(record.getPayload());
    record = AdapterRecord.newBuilder(record).setPayload(payload.duplicate().limit(100)).build();
    assertRefused(record, "TRUNCATED: expected a payload of 128 bytes, found 100");
  }

  @Test
  void shouldRefuseAMissingPayload() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setPayload(null).build();
    assertRefused(record, "TRUNCATED: expected a payload, found none");
  }

  @Test
  void shouldRefuseAWrongChecksum() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    long crc = record.getPayloadCrc32c();
    record = AdapterRecord.newBuilder(record).setPayloadCrc32c(7).build();
    assertRefused(record, String.format("CORRUPT: expected CRC-32C 00000007, found %08x", crc));
  }

  @Test
  void shouldRefuseAnUnknownCodec() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setCodec("zstd").build();
    assertRefused(record, "UNKNOWN_CODEC: expected codec float32, found zstd");
  }

  @Test
  void shouldRefuseAnUnknownFrame() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setFrame("DELTA").build();
    assertRefused(
        record,
        "UNKNOWN_FRAME: expected a KEY frame of block-values in one record, found a DELTA frame"
            + " of block-values in 0 chunks");
  }

  @Test
  void shouldRefuseAnotherLayout() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    record =
        AdapterRecord.newBuilder(record).setLayoutSha256(ByteBuffer.wrap(new byte[32])).build();
    assertRefused(
        record,
        "OTHER_LAYOUT: expected blocks of the model in order of name, found another tensor table"
            + " of 2 entries");
  }

  @Test
  void shouldRefuseNotANumber() throws InterruptedException {
    AdapterWeights weights = served.weights(2);
    float[] values = weights.values().clone();
    values[3] = Float.NaN;
    assertRefused(
        served.adapter(LINEAGE, 2, new AdapterWeights(weights.layout(), values)),
        "NOT_FINITE: expected finite floats, found NaN or infinity");
  }

  @Test
  void shouldRefuseWeightsOutOfBounds() throws InterruptedException {
    AdapterWeights weights = served.weights(2);
    float[] values = weights.values().clone();
    values[3] = -2000;
    assertRefused(
        served.adapter(LINEAGE, 2, new AdapterWeights(weights.layout(), values)),
        "OUT_OF_BOUNDS: expected floats of at most 1000.0 in size, found -2000.0");
  }

  @Test
  void shouldRefuseAnotherContentHash() throws InterruptedException {
    AdapterRecord record = served.adapter(LINEAGE, 2);
    String found = served.weights(2).contentHash().shortHex();
    record =
        AdapterRecord.newBuilder(record).setContentSha256(ByteBuffer.wrap(new byte[32])).build();
    assertRefused(record, "OTHER_CONTENT: expected content 000000000000, found " + found);
  }

  @Test
  void shouldRefuseARecordUnderAnotherKey() throws InterruptedException {
    startWithVersionOneLive();
    log.append(
        TOPICS.adapters(),
        "m:global/2",
        serdes.serialize(TOPICS.adapters(), served.adapter(LINEAGE, 3)));
    awaitAck("2 REFUSED OTHER_KEY: expected version m:global/2 as its key says, found m:global/3");
  }

  @Test
  void shouldExplainAnUndecodableAdapterAndGoOn() throws InterruptedException {
    startWithVersionOneLive();
    log.append(TOPICS.adapters(), "m:global/2", new byte[] {1, 2});
    awaitAck("2 REFUSED UNDECODABLE: expected at least 5 bytes on t.adapters, found 2");
    log.append(TOPICS.adapters(), "m:global/3", new byte[] {0, 0, 0, 3, 39, 1, 2});
    awaitAck(
        "3 REFUSED UNKNOWN_SCHEMA: expected a schema the registry knows on t.adapters,"
            + " found id 807");
    log.append(TOPICS.adapters(), "m:global/4/0", new byte[] {0});
    awaitAck("4 REFUSED UNKNOWN_FRAME: expected an adapter in one record, found chunk 0");
    log.append(TOPICS.adapters(), "nonsense", new byte[] {0});
    log.append(TOPICS.adapters(), null, null);

    publish(5);
    alias(2, 5, "PUBLISH");
    awaitAck("5 LIVE ");
    assertThat(metrics.scrape())
        .contains("records_rejected_total{reason=\"UNKNOWN_LINEAGE\",topic=\"t.adapters\"} 2.0")
        .contains("records_rejected_total{reason=\"UNDECODABLE\",topic=\"t.adapters\"} 1.0");
  }

  @Test
  void shouldExplainAnUndecodableAliasAndGoOn() throws InterruptedException {
    startWithVersionOneLive();
    log.append(TOPICS.aliases(), "m:global", new byte[] {9, 9, 9, 9, 9});
    awaitAck("0 REFUSED UNDECODABLE: expected 0 as the first byte on t.aliases, found 9");
    log.append(
        TOPICS.aliases(),
        "m:global",
        serdes.serialize(TOPICS.aliases(), Served.alias(new LineageId("m", "b"), 5, 1, "PUBLISH")));
    awaitAck("0 REFUSED OTHER_KEY: expected lineage m:global as its key says, found m:b");
    log.append(TOPICS.aliases(), "no lineage", null);
    log.append(TOPICS.aliases(), "m:global", null);

    publish(2);
    alias(2, 2, "PUBLISH");
    awaitAck("2 LIVE ");
    assertThat(metrics.scrape()).contains("records_ignored_total{reason=\"ALIAS_REMOVED\"} 1.0");
  }

  @Test
  void shouldReadAnOldVersionBackWhenRollingBackToIt() throws InterruptedException {
    for (long version = 1; version <= 6; version++) {
      publish(version);
    }
    alias(1, 6, "PUBLISH");
    subscriber.start();
    awaitAck("6 LIVE ");

    alias(2, 2, "ROLLBACK");
    awaitAck("2 LIVE ");

    assertThat(slots.predict(LINEAGE, X).logits().data()).containsExactly(served.logits(2, X));
    publish(7);
    alias(3, 7, "PUBLISH");
    awaitAck("7 LIVE ");
  }

  @Test
  void shouldSayThatAVersionIsGoneWhenItCannotBeReadBack() throws InterruptedException {
    for (long version = 1; version <= 6; version++) {
      publish(version);
    }
    alias(1, 6, "PUBLISH");
    subscriber.start();
    awaitAck("6 LIVE ");

    log.stall(TOPICS.adapters(), true);
    alias(2, 2, "ROLLBACK");
    awaitAck(
        "2 REFUSED VERSION_NOT_HELD: expected version 2 at offset 1 of partition 0, found none"
            + " within 200 ms");
    assertThat(live()).isEqualTo(6);

    log.stall(TOPICS.adapters(), false);
    publish(7);
    alias(3, 7, "PUBLISH");
    awaitAck("7 LIVE ");
  }

  @Test
  void shouldRollBackToTheBaseModel() throws InterruptedException {
    startWithVersionOneLive();
    alias(2, 0, "ROLLBACK");
    awaitAck("0 LIVE ");
    assertThat(slots.predict(LINEAGE, X).logits().data()).containsExactly(served.logits(0, X));
    assertThat(slots.active(LINEAGE).content()).isEqualTo(served.spec().baseSha256());
  }

  @Test
  void shouldWaitForTheRegistryAndSkipNothing() throws InterruptedException {
    publish(1);
    alias(1, 1, "PUBLISH");
    registry.away(true);
    subscriber.start();
    await().atMost(BOUND).until(() -> subscriber.status().phase() == Phase.WAITING);
    assertThat(subscriber.status().detail())
        .matches("cannot ask the schema registry about t.(adapters|aliases): connection refused");
    assertThat(subscriber.status().ready()).isFalse();

    registry.away(false);

    assertThat(subscriber.awaitCaughtUp(BOUND)).isTrue();
    assertThat(live()).isEqualTo(1);
    assertThat(texts()).containsExactly("1 LIVE ");
  }

  @Test
  void shouldSwapButHoldTheAcknowledgementWhileTheRegistryIsAway() throws InterruptedException {
    publish(1);
    alias(1, 1, "PUBLISH");
    registry.closedForWriters(true);
    subscriber.start();
    assertThat(subscriber.awaitCaughtUp(BOUND)).isTrue();
    assertThat(live()).isEqualTo(1);
    assertThat(acks.history()).isEmpty();

    registry.closedForWriters(false);

    awaitAck("1 LIVE ");
  }

  @Test
  void shouldWaitForTopicsThatDoNotExistYet() throws InterruptedException {
    FakeLog empty = new FakeLog().topic(TOPICS.adapters(), 1);
    try (AdapterSubscriber early = subscriberOf(empty)) {
      early.start();
      await()
          .atMost(BOUND)
          .untilAsserted(
              () ->
                  assertThat(early.status().detail())
                      .isEqualTo("expected topic t.aliases on the cluster, found none"));
      empty.topic(TOPICS.aliases(), 2);
      assertThat(early.awaitCaughtUp(BOUND)).isTrue();
    }
  }

  private AdapterSubscriber subscriberOf(FakeLog other) {
    return new AdapterSubscriber(
        new SubscriberConfig(
            "node-2",
            TOPICS,
            new SubscriptionLimits(2, 2, 100),
            1e3,
            Duration.ofMillis(5),
            Duration.ofMillis(200),
            Duration.ofSeconds(5)),
        served.spec(),
        new SubscriberPorts(
            other::consumer,
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
            new RecordSerdes(registry, Map.of(RecordSerdes.REGISTRY_URL, "mock://unused")),
            slots,
            metrics,
            FakeClock.at(NOW),
            System::nanoTime));
  }

  @Test
  void shouldOpenANewConsumerAndKeepServingWhenTheOldOneFails() throws InterruptedException {
    startWithVersionOneLive();
    publish(2);
    log.failNextPoll(new KafkaException("the broker is gone"));
    await().atMost(BOUND).until(() -> log.consumersOpened() == 2);
    alias(2, 2, "PUBLISH");
    awaitAck("2 LIVE ");
    assertThat(texts()).as("the first is not swapped again").containsExactly("1 LIVE ", "2 LIVE ");
    await().atMost(BOUND).until(() -> subscriber.status().ready());
  }

  @Test
  void shouldFollowPartitionsThatAreAddedLater() throws InterruptedException {
    startWithVersionOneLive();
    log.topic(TOPICS.adapters(), 2);
    log.append(
        TOPICS.adapters(),
        1,
        "m:global/2",
        serdes.serialize(TOPICS.adapters(), served.adapter(LINEAGE, 2)),
        Map.of());
    alias(2, 2, "PUBLISH");
    awaitAck("2 LIVE ");
  }

  @Test
  void shouldStopInBoundedTimeWhileItWaitsForTheRegistry() {
    publish(1);
    registry.away(true);
    subscriber.start();
    await().atMost(BOUND).until(() -> subscriber.status().phase() == Phase.WAITING);
    subscriber.close();
    assertThat(subscriber.status().phase()).isEqualTo(Phase.CLOSED);
    assertThat(acks.closed()).isTrue();
  }
}
