package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.ServingAck;
import dev.meander.serving.fixture.FakeLog;
import dev.meander.serving.fixture.Served;
import dev.meander.serving.subscribe.SubscriberStatus.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdapterSubscriberTest {

  private static final LineageId LINEAGE = Served.GLOBAL;
  private static final TopicNames TOPICS = SubscriberHarness.TOPICS;
  private static final Tensor X = Served.input(1, 7);
  private static final Duration BOUND = SubscriberHarness.BOUND;
  private SubscriberHarness node;

  @BeforeEach
  void open(@TempDir Path folder) {
    node = new SubscriberHarness(folder);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void shouldServeTheAliasedVersionAfterCatchingUp() throws InterruptedException {
    for (long version = 1; version <= 5; version++) {
      node.publish(version);
      node.alias(version, version, "PUBLISH");
    }
    node.subscriber.start();

    assertThat(node.subscriber.awaitCaughtUp(BOUND)).isTrue();

    assertThat(node.live()).isEqualTo(5);
    assertThat(node.subscriber.status().ready()).isTrue();
    assertThat(node.texts()).as("history is not served").containsExactly("5 LIVE ");
    assertThat(node.slots.predict(LINEAGE, X).logits().data())
        .containsExactly(node.served.logits(5, X));
  }

  @Test
  void shouldAcknowledgeWithTimesWhenAVersionIsLive() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 1);
    node.log.append(
        TOPICS.adapters(),
        0,
        "m:global/1",
        node.serdes.serialize(TOPICS.adapters(), record),
        Map.of(AdapterRecords.PUBLISHED_AT_MICROS, "1772323200000123"));
    node.alias(1, 1, "PUBLISH");
    node.subscriber.start();
    node.awaitAck("1 LIVE ");

    ServingAck ack = node.acks().get(0);
    assertThat(ack.getPublishedAt()).isEqualTo(Instant.parse("2026-03-01T00:00:00.000123Z"));
    assertThat(ack.getLiveAt()).isEqualTo(SubscriberHarness.NOW);
    assertThat(ack.getSwapMicros()).isNotNegative();
    assertThat(ack.getNode()).isEqualTo("node-1");
  }

  @Test
  void shouldReadAnOldVersionBackWhenRollingBackToIt() throws InterruptedException {
    for (long version = 1; version <= 6; version++) {
      node.publish(version);
    }
    node.alias(1, 6, "PUBLISH");
    node.subscriber.start();
    node.awaitAck("6 LIVE ");

    node.alias(2, 2, "ROLLBACK");
    node.awaitAck("2 LIVE ");

    assertThat(node.slots.predict(LINEAGE, X).logits().data())
        .containsExactly(node.served.logits(2, X));
    node.publish(7);
    node.alias(3, 7, "PUBLISH");
    node.awaitAck("7 LIVE ");
  }

  @Test
  void shouldSayThatAVersionIsGoneWhenItCannotBeReadBack() throws InterruptedException {
    for (long version = 1; version <= 6; version++) {
      node.publish(version);
    }
    node.alias(1, 6, "PUBLISH");
    node.subscriber.start();
    node.awaitAck("6 LIVE ");

    node.log.stall(TOPICS.adapters(), true);
    node.alias(2, 2, "ROLLBACK");
    node.awaitAck(
        "2 REFUSED VERSION_NOT_HELD: expected version 2 at offset 1 of partition 0, found none"
            + " within 200 ms");
    assertThat(node.live()).isEqualTo(6);

    node.log.stall(TOPICS.adapters(), false);
    node.publish(7);
    node.alias(3, 7, "PUBLISH");
    node.awaitAck("7 LIVE ");
  }

  @Test
  void shouldRollBackToTheBaseModel() throws InterruptedException {
    node.startWithVersionOneLive();
    node.alias(2, 0, "ROLLBACK");
    node.awaitAck("0 LIVE ");
    assertThat(node.slots.predict(LINEAGE, X).logits().data())
        .containsExactly(node.served.logits(0, X));
    assertThat(node.slots.active(LINEAGE).content()).isEqualTo(node.served.spec().baseSha256());
  }

  @Test
  void shouldWaitForTheRegistryAndSkipNothing() throws InterruptedException {
    node.publish(1);
    node.alias(1, 1, "PUBLISH");
    node.registry.away(true);
    node.subscriber.start();
    await().atMost(BOUND).until(() -> node.subscriber.status().phase() == Phase.WAITING);
    assertThat(node.subscriber.status().detail())
        .matches("cannot ask the schema registry about t.(adapters|aliases): connection refused");
    assertThat(node.subscriber.status().ready()).isFalse();

    node.registry.away(false);

    assertThat(node.subscriber.awaitCaughtUp(BOUND)).isTrue();
    assertThat(node.live()).isEqualTo(1);
    assertThat(node.texts()).containsExactly("1 LIVE ");
  }

  @Test
  void shouldSwapButHoldTheAcknowledgementWhileTheRegistryIsAway() throws InterruptedException {
    node.publish(1);
    node.alias(1, 1, "PUBLISH");
    node.registry.closedForWriters(true);
    node.subscriber.start();
    assertThat(node.subscriber.awaitCaughtUp(BOUND)).isTrue();
    assertThat(node.live()).isEqualTo(1);
    assertThat(node.acks.history()).isEmpty();

    node.registry.closedForWriters(false);

    node.awaitAck("1 LIVE ");
  }

  @Test
  void shouldWaitForTopicsThatDoNotExistYet() throws InterruptedException {
    FakeLog empty = new FakeLog().topic(TOPICS.adapters(), 1);
    try (AdapterSubscriber early = node.subscriber(empty)) {
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

  @Test
  void shouldOpenANewConsumerAndKeepServingWhenTheOldOneFails() throws InterruptedException {
    node.startWithVersionOneLive();
    node.publish(2);
    node.log.failNextPoll(new KafkaException("the broker is gone"));
    await().atMost(BOUND).until(() -> node.log.consumersOpened() == 2);
    node.alias(2, 2, "PUBLISH");
    node.awaitAck("2 LIVE ");
    assertThat(node.texts())
        .as("the first is not swapped again")
        .containsExactly("1 LIVE ", "2 LIVE ");
    await().atMost(BOUND).until(() -> node.subscriber.status().ready());
  }

  @Test
  void shouldFollowPartitionsThatAreAddedLater() throws InterruptedException {
    node.startWithVersionOneLive();
    node.log.topic(TOPICS.adapters(), 2);
    node.log.append(
        TOPICS.adapters(),
        1,
        "m:global/2",
        node.serdes.serialize(TOPICS.adapters(), node.served.adapter(LINEAGE, 2)),
        Map.of());
    node.alias(2, 2, "PUBLISH");
    node.awaitAck("2 LIVE ");
  }

  @Test
  void shouldStopInBoundedTimeWhileItWaitsForTheRegistry() {
    node.publish(1);
    node.registry.away(true);
    node.subscriber.start();
    await().atMost(BOUND).until(() -> node.subscriber.status().phase() == Phase.WAITING);
    node.subscriber.close();
    assertThat(node.subscriber.status().phase()).isEqualTo(Phase.CLOSED);
    assertThat(node.acks.closed()).isTrue();
  }
}
