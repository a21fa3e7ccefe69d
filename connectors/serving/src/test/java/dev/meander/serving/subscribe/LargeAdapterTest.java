package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.objects.ObjectStore;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.Chunks;
import dev.meander.core.wire.Claim;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.serving.fixture.Served;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters in chunks and in an object store; each has 128 bytes, a chunk 50. */
final class LargeAdapterTest {

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

  private Chunks chunks(long version) {
    return Chunks.of(node.served.adapter(LINEAGE, version), 50);
  }

  private void chunk(long version, int number) {
    append(AdapterKey.of("m:global", version).chunk(number), chunks(version).chunk(number));
  }

  private void publishInChunks(long version) {
    for (int i = 0; i < chunks(version).count(); i++) {
      chunk(version, i);
    }
    append(AdapterKey.of("m:global", version), chunks(version).manifest());
  }

  private void append(AdapterKey key, AdapterRecord record) {
    node.log.append(
        TOPICS.adapters(), key.toString(), node.serdes.serialize(TOPICS.adapters(), record));
  }

  private void assertServes(long version) {
    assertThat(node.live()).isEqualTo(version);
    assertThat(node.slots.predict(LINEAGE, X).logits().data())
        .containsExactly(node.served.logits(version, X));
  }

  @Test
  void shouldServeAVersionInChunksWhenItsManifestComes() throws InterruptedException {
    node.startWithVersionOneLive();
    node.alias(2, 2, "PUBLISH");
    chunk(2, 0);
    node.publish(1); // of the same partition, between the chunks: a duplicate
    chunk(2, 1);
    chunk(2, 2);
    append(AdapterKey.of("m:global", 2), chunks(2).manifest());
    node.awaitAck("2 LIVE ");
    assertServes(2);
  }

  @Test
  void shouldReadChunksBackWhenTheyCameWhileCatchingUp() throws InterruptedException {
    publishInChunks(1);
    publishInChunks(2);
    node.alias(1, 2, "PUBLISH");
    node.subscriber.start();
    assertThat(node.subscriber.awaitCaughtUp(SubscriberHarness.BOUND)).isTrue();
    assertServes(2);

    node.alias(2, 1, "ROLLBACK");
    node.awaitAck("1 LIVE ");
    assertServes(1);
    assertThat(node.texts()).containsExactly("2 LIVE ", "1 LIVE ");
  }

  @Test
  void shouldHoldAVersionWhoseManifestComesAfterCatchingUp() throws InterruptedException {
    chunk(1, 0);
    chunk(1, 1);
    node.alias(1, 1, "PUBLISH");
    node.subscriber.start();
    assertThat(node.subscriber.awaitCaughtUp(SubscriberHarness.BOUND)).isTrue();
    assertThat(node.live()).isZero();
    chunk(1, 2);
    append(AdapterKey.of("m:global", 1), chunks(1).manifest());
    node.awaitAck("1 LIVE ");
    assertServes(1);
  }

  @Test
  void shouldRefuseAVersionWithAMissingChunkAndGoOn() throws InterruptedException {
    node.startWithVersionOneLive();
    chunk(2, 0);
    chunk(2, 2);
    append(AdapterKey.of("m:global", 2), chunks(2).manifest());
    node.alias(2, 2, "PUBLISH");
    node.awaitAck("2 REFUSED MISSING_CHUNK: expected chunk 1 of 3, found chunk 2");
    assertServes(1);
    publishInChunks(3);
    node.alias(3, 3, "PUBLISH");
    node.awaitAck("3 LIVE ");
  }

  @Test
  void shouldServeAVersionWhosePayloadLiesInTheObjectStore() throws Exception {
    node.startWithVersionOneLive();
    claim(2);
    node.alias(2, 2, "PUBLISH");
    node.awaitAck("2 LIVE ");
    assertServes(2);
  }

  private Path claim(long version) throws IOException {
    AdapterRecord whole = node.served.adapter(LINEAGE, version);
    ByteBuffer payload = Objects.requireNonNull(whole.getPayload());
    String name = new FolderObjectStore(node.objects).put(payload);
    append(AdapterKey.of("m:global", version), Claim.of(whole, name));
    return node.objects.resolve(name.substring(7, 9)).resolve(name);
  }

  @Test
  void shouldKeepServingAndAskAgainWhileAnObjectIsMissing() throws Exception {
    node.startWithVersionOneLive();
    Path object = claim(2);
    Path away = object.resolveSibling("away");
    Files.move(object, away);
    node.alias(2, 2, "PUBLISH");
    node.awaitAck(
        "2 REFUSED OBJECT_UNAVAILABLE: expected object " + object.getFileName() + ", found none");
    assertServes(1);

    Files.move(away, object);

    node.awaitAck("2 LIVE ");
    assertServes(2);
    assertThat(node.texts()).hasSize(3);
  }

  @Test
  void shouldGoOnWithTheNextVersionWhenAnObjectStaysAway() throws Exception {
    node.startWithVersionOneLive();
    Files.delete(claim(2));
    node.alias(2, 2, "PUBLISH");
    node.publish(3);
    node.alias(3, 3, "PUBLISH");
    node.awaitAck("3 LIVE ");
    assertServes(3);
  }

  @Test
  void shouldRefuseAnObjectWhoseBytesChanged() throws Exception {
    node.startWithVersionOneLive();
    Path object = claim(2);
    byte[] bytes = Files.readAllBytes(object);
    bytes[0]++;
    Files.write(object, bytes);
    node.alias(2, 2, "PUBLISH");
    node.awaitAck(
        "2 REFUSED CORRUPT: expected object "
            + object.getFileName()
            + ", found the bytes of "
            + ObjectStore.name(Sha256.of(bytes)));
    assertServes(1);
  }
}
