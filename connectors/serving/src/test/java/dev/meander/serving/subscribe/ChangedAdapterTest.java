package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.Chunks;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.serving.fixture.Served;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that are written as changes to their parents. */
final class ChangedAdapterTest {

  private static final LineageId LINEAGE = Served.GLOBAL;
  private static final TopicNames TOPICS = SubscriberHarness.TOPICS;
  private static final Tensor X = Served.input(1, 7);
  private SubscriberHarness node;

  @BeforeEach
  void open(@TempDir Path folder) {
    node = new SubscriberHarness(folder);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private void change(long version) {
    node.adapter(node.served.change(LINEAGE, version));
  }

  private void assertServes(long version) {
    assertThat(node.live()).isEqualTo(version);
    assertThat(node.slots.predict(LINEAGE, X).logits().data())
        .containsExactly(node.served.logits(version, X));
  }

  @Test
  void shouldServeChangesExactly() throws InterruptedException {
    node.startWithVersionOneLive();
    for (long version = 2; version <= 5; version++) {
      change(version);
      node.alias(version, version, "PUBLISH");
      node.awaitAck(version + " LIVE ");
      assertServes(version);
    }
  }

  @Test
  void shouldServeTheNewestChangeAfterCatchingUp() throws InterruptedException {
    node.publish(1);
    for (long version = 2; version <= 6; version++) {
      change(version);
    }
    node.alias(6, 6, "PUBLISH");
    node.subscriber.start();
    assertThat(node.subscriber.awaitCaughtUp(SubscriberHarness.BOUND)).isTrue();
    assertServes(6);
    assertThat(node.texts()).containsExactly("6 LIVE ");
  }

  @Test
  void shouldReadBackToTheKeyFrameWhenRollingBackToAChange() throws InterruptedException {
    node.publish(1);
    for (long version = 2; version <= 4; version++) {
      change(version);
    }
    node.publish(5);
    change(6);
    change(7);
    node.alias(7, 7, "PUBLISH");
    node.subscriber.start();
    node.awaitAck("7 LIVE ");

    node.alias(8, 4, "ROLLBACK");
    node.awaitAck("4 LIVE ");
    assertServes(4);
  }

  @Test
  void shouldReadAChangeWhoseKeyFrameCameInChunksWhileCatchingUp() throws InterruptedException {
    Chunks chunks = Chunks.of(node.served.adapter(LINEAGE, 1), 50);
    AdapterKey key = AdapterKey.of("m:global", 1);
    for (int i = 0; i < chunks.count(); i++) {
      append(key.chunk(i), chunks.chunk(i));
    }
    append(key, chunks.manifest());
    change(2);
    change(3);
    node.alias(3, 3, "PUBLISH");
    node.subscriber.start();
    assertThat(node.subscriber.awaitCaughtUp(SubscriberHarness.BOUND)).isTrue();
    assertServes(3);
  }

  private void append(AdapterKey key, AdapterRecord record) {
    node.log.append(
        TOPICS.adapters(), key.toString(), node.serdes.serialize(TOPICS.adapters(), record));
  }

  @Test
  void shouldRefuseAChangeToALaterVersionOrToItself() throws InterruptedException {
    node.startWithVersionOneLive();
    AdapterRecord two = node.served.change(LINEAGE, 2);
    two.put("parent", 2L);
    node.adapter(two);
    node.alias(2, 2, "PUBLISH");
    node.awaitAck(
        "2 REFUSED MALFORMED: expected a change to a version before 2, found one to version 2");
    AdapterRecord three = node.served.change(LINEAGE, 3);
    three.put("parent", 4L);
    node.adapter(three);
    node.alias(3, 3, "PUBLISH");
    node.awaitAck(
        "3 REFUSED MALFORMED: expected a change to a version before 3, found one to version 4");
    assertServes(1);
  }

  @Test
  void shouldWaitForTheNextKeyFrameWhenTheParentIsGone() throws InterruptedException {
    node.startWithVersionOneLive();
    change(3);
    node.alias(2, 3, "PUBLISH");
    node.awaitAck(
        "3 REFUSED MISSING_PARENT: expected version 2, which version 3 is a change to, found none");
    change(4);
    node.alias(3, 4, "PUBLISH");
    node.awaitAck(
        "4 REFUSED MISSING_PARENT: expected version 3, which version 4 is a change to, found none");
    assertServes(1);

    node.publish(5);
    node.alias(4, 5, "PUBLISH");
    node.awaitAck("5 LIVE ");
    change(6);
    node.alias(5, 6, "PUBLISH");
    node.awaitAck("6 LIVE ");
    assertServes(6);
  }
}
