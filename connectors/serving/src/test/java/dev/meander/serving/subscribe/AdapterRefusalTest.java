package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.serving.fixture.Served;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a record, word for word, and that the old version still answers. */
final class AdapterRefusalTest {

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

  /** Publishes {@code record} as version 2, live, and expects its refusal. */
  private void assertRefused(AdapterRecord record, String reason) throws InterruptedException {
    node.startWithVersionOneLive();

    node.adapter(record);
    node.alias(2, 2, "PUBLISH");
    node.awaitAck("2 REFUSED " + reason);

    assertThat(node.live()).isEqualTo(1);
    assertThat(node.slots.predict(LINEAGE, X).logits().data())
        .containsExactly(node.served.logits(1, X));
    node.publish(3);
    node.alias(3, 3, "PUBLISH");
    node.awaitAck("3 LIVE ");
    assertThat(node.texts()).containsExactly("1 LIVE ", "2 REFUSED " + reason, "3 LIVE ");
  }

  @Test
  void shouldRefuseAnAdapterForAnotherBase() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setBaseSha256(ByteBuffer.wrap(new byte[32])).build();
    assertRefused(
        record,
        "OTHER_BASE: expected an adapter for base "
            + node.served.spec().baseSha256()
            + ", found one for base 000000000000");
  }

  @Test
  void shouldRefuseATruncatedPayload() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    ByteBuffer payload = Objects.requireNonNull(record.getPayload());
    record = AdapterRecord.newBuilder(record).setPayload(payload.duplicate().limit(100)).build();
    assertRefused(record, "TRUNCATED: expected a payload of 128 bytes, found 100");
  }

  @Test
  void shouldRefuseAMissingPayload() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setPayload(null).build();
    assertRefused(record, "TRUNCATED: expected a payload, found none");
  }

  @Test
  void shouldRefuseAWrongChecksum() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    long crc = record.getPayloadCrc32c();
    record = AdapterRecord.newBuilder(record).setPayloadCrc32c(7).build();
    assertRefused(record, String.format("CORRUPT: expected CRC-32C 00000007, found %08x", crc));
  }

  @Test
  void shouldRefuseAnUnknownCodec() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setCodec("zstd").build();
    assertRefused(
        record, "UNKNOWN_CODEC: expected a codec of float32, float16, bfloat16, int8, found zstd");
  }

  @Test
  void shouldRefuseAnUnknownFrame() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    record = AdapterRecord.newBuilder(record).setFrame("OTHER").build();
    assertRefused(
        record,
        "UNKNOWN_FRAME: expected a KEY or DELTA frame of block-values in one record, found a OTHER frame"
            + " of block-values in 0 chunks");
  }

  @Test
  void shouldRefuseAnotherLayout() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    record =
        AdapterRecord.newBuilder(record).setLayoutSha256(ByteBuffer.wrap(new byte[32])).build();
    assertRefused(
        record,
        "OTHER_LAYOUT: expected blocks of the model in order of name, found another tensor table"
            + " of 2 entries");
  }

  @Test
  void shouldRefuseNotANumber() throws InterruptedException {
    AdapterWeights weights = node.served.weights(2);
    float[] values = weights.values().clone();
    values[3] = Float.NaN;
    assertRefused(
        node.served.adapter(LINEAGE, 2, new AdapterWeights(weights.layout(), values)),
        "NOT_FINITE: expected finite floats, found NaN or infinity");
  }

  @Test
  void shouldRefuseWeightsOutOfBounds() throws InterruptedException {
    AdapterWeights weights = node.served.weights(2);
    float[] values = weights.values().clone();
    values[3] = -2000;
    assertRefused(
        node.served.adapter(LINEAGE, 2, new AdapterWeights(weights.layout(), values)),
        "OUT_OF_BOUNDS: expected floats of at most 1000.0 in size, found -2000.0");
  }

  @Test
  void shouldRefuseAnotherContentHash() throws InterruptedException {
    AdapterRecord record = node.served.adapter(LINEAGE, 2);
    String found = node.served.weights(2).contentHash().shortHex();
    record =
        AdapterRecord.newBuilder(record).setContentSha256(ByteBuffer.wrap(new byte[32])).build();
    assertRefused(record, "OTHER_CONTENT: expected content 000000000000, found " + found);
  }

  @Test
  void shouldRefuseARecordUnderAnotherKey() throws InterruptedException {
    node.startWithVersionOneLive();
    node.log.append(
        TOPICS.adapters(),
        "m:global/2",
        node.serdes.serialize(TOPICS.adapters(), node.served.adapter(LINEAGE, 3)));
    node.awaitAck(
        "2 REFUSED OTHER_KEY: expected version m:global/2 as its key says, found m:global/3");
  }

  @Test
  void shouldExplainAnUndecodableAdapterAndGoOn() throws InterruptedException {
    node.startWithVersionOneLive();
    node.log.append(TOPICS.adapters(), "m:global/2", new byte[] {1, 2});
    node.awaitAck("2 REFUSED UNDECODABLE: expected at least 5 bytes on t.adapters, found 2");
    node.log.append(TOPICS.adapters(), "m:global/3", new byte[] {0, 0, 0, 3, 39, 1, 2});
    node.awaitAck(
        "3 REFUSED UNKNOWN_SCHEMA: expected a schema the registry knows on t.adapters,"
            + " found id 807");
    node.log.append(TOPICS.adapters(), "m:global/4/0", new byte[] {0});
    node.awaitAck("4 REFUSED UNDECODABLE: expected at least 5 bytes on t.adapters, found 1");
    node.log.append(TOPICS.adapters(), "nonsense", new byte[] {0});
    node.log.append(TOPICS.adapters(), null, null);

    node.publish(5);
    node.alias(2, 5, "PUBLISH");
    node.awaitAck("5 LIVE ");
    assertThat(node.metrics.scrape())
        .contains("records_rejected_total{reason=\"UNKNOWN_LINEAGE\",topic=\"t.adapters\"} 2.0")
        .contains("records_rejected_total{reason=\"UNDECODABLE\",topic=\"t.adapters\"} 2.0");
  }

  @Test
  void shouldExplainAnUndecodableAliasAndGoOn() throws InterruptedException {
    node.startWithVersionOneLive();
    node.log.append(TOPICS.aliases(), "m:global", new byte[] {9, 9, 9, 9, 9});
    node.awaitAck("0 REFUSED UNDECODABLE: expected 0 as the first byte on t.aliases, found 9");
    node.log.append(
        TOPICS.aliases(),
        "m:global",
        node.serdes.serialize(
            TOPICS.aliases(), Served.alias(new LineageId("m", "b"), 5, 1, "PUBLISH")));
    node.awaitAck("0 REFUSED OTHER_KEY: expected lineage m:global as its key says, found m:b");
    node.log.append(TOPICS.aliases(), "no lineage", null);
    node.log.append(TOPICS.aliases(), "m:global", null);

    node.publish(2);
    node.alias(2, 2, "PUBLISH");
    node.awaitAck("2 LIVE ");
    assertThat(node.metrics.scrape())
        .contains("records_ignored_total{reason=\"ALIAS_REMOVED\"} 1.0");
  }
}
