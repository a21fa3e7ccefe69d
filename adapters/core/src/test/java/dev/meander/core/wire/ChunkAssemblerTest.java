package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.wire.ChunkAssembler.Assembly;
import dev.meander.kit.Seeds;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Provenance;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ChunkAssemblerTest {

  private static final AdapterKey KEY = AdapterKey.of("m:global", 7);

  private final ChunkAssembler assembler = new ChunkAssembler(1_000, 1_500);

  @Test
  void shouldCutIntoPiecesOfTheGivenLengthAndAManifest() {
    Chunks chunks = Chunks.of(record(7, 100), 32);

    assertThat(chunks.count()).isEqualTo(4);
    assertThat(payload(chunks.chunk(0)).remaining()).isEqualTo(32);
    assertThat(payload(chunks.chunk(3)).remaining()).isEqualTo(4);
    assertThat(chunks.chunk(3).getFrame()).isEqualTo("CHUNK");
    assertThat(chunks.chunk(3).getChunk()).isEqualTo(3);
    AdapterRecord manifest = chunks.manifest();
    assertThat(manifest.getPayload()).isNull();
    assertThat(manifest.getChunkCount()).isEqualTo(4);
    assertThat(manifest.getPayloadBytes()).isEqualTo(100);
    assertThat(manifest.getChunk()).isEqualTo(-1);
    assertThat(manifest.getFrame()).isEqualTo("KEY");
    assertThat(Chunks.of(record(7, 96), 32).count()).isEqualTo(3);
    assertThat(Chunks.of(record(7, 1), 32).count()).isEqualTo(1);
    assertThatThrownBy(() -> Chunks.of(record(7, 0), 32))
        .hasMessage(
            "expected a payload and chunks of at least 1 byte, found 0 bytes and chunks of 32");
  }

  @Test
  void shouldGiveTheRecordThatWasCut() {
    Seeds.forEach(
        20,
        random -> {
          AdapterRecord whole = record(7, 1 + random.nextInt(1_000));
          feed(Chunks.of(whole, 1 + random.nextInt(200)), 40);
          assertThat(assembler.heldBytes()).isZero();
        });
  }

  private void feed(Chunks chunks, long firstOffset) {
    for (int i = 0; i < chunks.count(); i++) {
      assembler.accept(KEY.chunk(i), chunks.chunk(i), firstOffset + i);
    }
    assertThat(assembler.heldBytes()).isEqualTo(chunks.manifest().getPayloadBytes());
    AdapterRecord expected = record(7, (int) chunks.manifest().getPayloadBytes());
    expected.put("payloadBytes", chunks.manifest().getPayloadBytes());
    assertThat(assembler.assemble(chunks.manifest()))
        .isEqualTo(new Assembly.Whole(expected, firstOffset));
  }

  @Test
  void shouldRefuseWhenAChunkIsMissing() {
    Chunks chunks = Chunks.of(record(7, 100), 32);
    accept(chunks, 0, 1, 3);
    refuses(chunks, AdapterRefusal.MISSING_CHUNK, "expected chunk 2 of 4, found chunk 3");
    accept(chunks, 1, 2, 3);
    refuses(chunks, AdapterRefusal.MISSING_CHUNK, "expected chunk 0 of 4, found chunk 1");
    accept(chunks, 0, 1, 2);
    refuses(
        chunks,
        AdapterRefusal.MISSING_CHUNK,
        "expected 4 chunks of 100 bytes before the manifest, found 3 of 96");
    refuses(
        chunks, AdapterRefusal.MISSING_CHUNK, "expected 4 chunks before the manifest, found none");
  }

  @Test
  void shouldRefuseWhenAChunkComesTwice() {
    Chunks chunks = Chunks.of(record(7, 100), 32);
    accept(chunks, 0, 1, 1, 2, 3);
    refuses(chunks, AdapterRefusal.DUPLICATE_CHUNK, "expected chunk 2 of 4, found chunk 1");
  }

  @Test
  void shouldBeginAnewWithChunkZero() {
    Chunks chunks = Chunks.of(record(7, 100), 32);
    accept(chunks, 0, 1);
    accept(chunks, 0, 1, 2, 3);
    assertThat(assembler.heldBytes()).isEqualTo(100);
    assertThat(assembler.assemble(chunks.manifest())).isInstanceOf(Assembly.Whole.class);
  }

  @Test
  void shouldRefuseAChunkOfAnotherPayload() {
    Chunks chunks = Chunks.of(record(7, 100), 32);
    Chunks other = Chunks.of(record(7, 101), 32);
    accept(chunks, 0);
    accept(other, 1);
    accept(chunks, 2, 3);
    refuses(
        chunks,
        AdapterRefusal.FOREIGN_CHUNK,
        "expected chunk 1 of m:global/7 with 4 chunks of 100 bytes,"
            + " found chunk 1 of m:global/7 with 4 chunks of 101 bytes");
    accept(other, 0, 1, 2, 3);
    refuses(
        chunks,
        AdapterRefusal.FOREIGN_CHUNK,
        "expected chunks of m:global/7 with 4 chunks of 100 bytes,"
            + " found chunks of m:global/7 with 4 chunks of 101 bytes");
  }

  @Test
  void shouldRefuseAChunkUnderAnothersKey() {
    Chunks chunks = Chunks.of(record(7, 100), 32);
    assembler.accept(KEY.chunk(0), chunks.chunk(1), 0);
    refuses(
        chunks,
        AdapterRefusal.FOREIGN_CHUNK,
        "expected chunk 0 of m:global/7 with 4 chunks of 100 bytes,"
            + " found chunk 1 of m:global/7 with 4 chunks of 100 bytes");
  }

  @Test
  void shouldRefuseAChunkWhoseBytesChanged() {
    Chunks chunks = Chunks.of(record(7, 100), 32);
    AdapterRecord damaged = chunks.chunk(1);
    damaged.put("payload", ByteBuffer.allocate(32));
    accept(chunks, 0);
    assembler.accept(KEY.chunk(1), damaged, 1);
    refuses(
        chunks,
        AdapterRefusal.CORRUPT,
        String.format(
            "expected CRC-32C %08x of chunk 1, found 8a9136aa", damaged.getPayloadCrc32c()));
  }

  @Test
  void shouldRefuseMoreThanTheBound() {
    Chunks chunks = Chunks.of(record(7, 1_001), 500);
    accept(chunks, 0, 1, 2);
    refuses(
        chunks, AdapterRefusal.TOO_LARGE, "expected a payload of at most 1000 bytes, found 1001");
    AdapterRecord modest = chunks.chunk(0);
    modest.put("payloadBytes", 400L);
    assembler.accept(KEY.chunk(0), modest, 0);
    refuses(chunks, AdapterRefusal.TOO_LARGE, "expected chunks of 400 bytes together, found 500");
  }

  @Test
  void shouldRefuseAFirstChunkThatContradictsItself() {
    AdapterRecord first = Chunks.of(record(7, 100), 32).chunk(0);
    first.put("payloadBytes", -5L);
    assembler.accept(KEY.chunk(0), first, 0);
    refuses(
        Chunks.of(record(7, 100), 32),
        AdapterRefusal.MALFORMED,
        "expected the first of at least 1 chunk of a payload of at least 1 byte,"
            + " found one of 4 chunks and -5 bytes");
  }

  @Test
  void shouldSayWhereToReadAgainWhenOthersTakeTheRoom() {
    AdapterKey other = AdapterKey.of("m:other", 1);
    AdapterRecord large = record(1, 900);
    large.put("lineage", "m:other");
    assembler.accept(other.chunk(0), Chunks.of(large, 500).chunk(0), 10);
    Chunks chunks = Chunks.of(record(7, 700), 500);
    assembler.accept(KEY.chunk(0), chunks.chunk(0), 11);
    assembler.accept(KEY.chunk(1), chunks.chunk(1), 12);

    assertThat(assembler.heldBytes()).isEqualTo(900);
    assertThat(assembler.assemble(chunks.manifest())).isEqualTo(new Assembly.NotHeld(11));
    assembler.passed("m:other", 1);
    assertThat(assembler.heldBytes()).isZero();
  }

  @Test
  void shouldForgetChunksWithoutAManifestWhenTheLineageGoesOn() {
    accept(Chunks.of(record(7, 100), 32), 0, 1);
    assembler.passed("m:global", 6);
    assertThat(assembler.heldBytes()).isEqualTo(100);
    assembler.passed("m:global", 8);
    assertThat(assembler.heldBytes()).isZero();
    accept(Chunks.of(record(7, 100), 32), 0, 1);
    assembler.clear();
    assertThat(assembler.heldBytes()).isZero();
  }

  private void accept(Chunks chunks, int... numbers) {
    for (int number : numbers) {
      assembler.accept(KEY.chunk(number), chunks.chunk(number), number);
    }
  }

  private void refuses(Chunks chunks, AdapterRefusal reason, String message) {
    assertThat(assembler.assemble(chunks.manifest()))
        .isEqualTo(new Assembly.Refused(reason, message));
    assertThat(assembler.heldBytes()).isZero();
  }

  private static ByteBuffer payload(AdapterRecord record) {
    return Objects.requireNonNull(record.getPayload());
  }

  /** A record of {@code version} whose payload follows from its length. */
  private static AdapterRecord record(long version, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    for (int i = 0; i < payloadBytes; i++) {
      payload[i] = (byte) (i * 31 + payloadBytes);
    }
    ByteBuffer none = ByteBuffer.allocate(0);
    return AdapterRecord.newBuilder()
        .setLineage("m:global")
        .setVersion(version)
        .setParent(version - 1)
        .setKind(AdapterWriter.BLOCK_VALUES)
        .setFrame(Framing.KEY)
        .setCodec("float32")
        .setBaseSha256(none)
        .setLayoutSha256(none)
        .setTensors(List.of())
        .setPayload(ByteBuffer.wrap(payload))
        .setContentSha256(ByteBuffer.wrap(new byte[] {(byte) version, 1}))
        .setStateSha256(none)
        .setProvenance(
            Provenance.newBuilder()
                .setMethod("tent")
                .setConfigSha256(none)
                .setSeed(1)
                .setStep(1)
                .setSamples(1)
                .setSamplesPartition(0)
                .setFirstOffset(0)
                .setLastOffset(0)
                .setEngine("fake")
                .setEngineThreads(1)
                .setJvm("jvm")
                .setPlatform("platform")
                .setPauses(List.of())
                .build())
        .setMetrics(Map.of())
        .setCreatedAt(Instant.ofEpochMilli(5))
        .build();
  }
}
