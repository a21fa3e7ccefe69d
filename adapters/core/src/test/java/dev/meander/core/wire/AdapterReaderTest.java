package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.codec.Codecs;
import dev.meander.core.codec.Float32Codec;
import dev.meander.core.codec.Floats;
import dev.meander.core.guard.Candidate;
import dev.meander.core.learner.Origin;
import dev.meander.core.learner.Version;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.kit.Seeds;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AdapterReaderTest {

  private static final LineageId LINEAGE = new LineageId("fake", "global");

  private final ModelSpec spec = spec(1);
  private final Layout layout =
      spec.inventory().select(block -> block.role().isNormAffine() || block.role().isStatistic());
  private final Float32Codec codec = new Float32Codec();
  private final AdapterReader reader = new AdapterReader(spec, 1_000);

  @Test
  void shouldReadWhatTheWriterWrote() {
    Seeds.forEach(
        5,
        random -> {
          float[] values = Seeds.gaussians(random, layout.size(), 1);
          for (int i = layout.size() / 2; i < values.length; i++) {
            values[i] = Math.abs(values[i]); // variances lie in the second half
          }
          AdapterWeights weights = new AdapterWeights(layout, values);
          AdapterReading.Verified verified = (AdapterReading.Verified) reader.read(record(weights));
          assertThat(verified.version())
              .isEqualTo(new AdapterVersion(LINEAGE, 7, weights.contentHash()));
          assertThat(verified.weights().layout()).isEqualTo(layout);
          assertThat(verified.weights().values()).isEqualTo(weights.values());
        });
  }

  @Test
  void shouldNameTheFloatsANodeDecodesWhateverTheCodec() {
    float[] values = values();
    values[1] = 1.0001f; // no half has it
    AdapterWeights weights = new AdapterWeights(layout, values);
    for (String codec : Codecs.wholeNames()) {
      AdapterWriting.Written written =
          (AdapterWriting.Written) writer(codec).write(version(weights), 3);
      AdapterReading.Verified read = (AdapterReading.Verified) reader.read(written.record());
      assertThat(written.record().getCodec()).isEqualTo(codec);
      assertThat(read.weights().values()).isEqualTo(written.decoded().values());
      assertThat(read.version().content())
          .isEqualTo(written.decoded().contentHash())
          .isEqualTo(Sha256.wrap(written.record().getContentSha256().array()));
      assertThat(read.version().content().equals(weights.contentHash()))
          .as("%s is exact", codec)
          .isEqualTo(codec.equals("float32"));
    }
  }

  @Test
  void shouldSayWhenACodecCannotHoldAVersion() {
    float[] values = values();
    values[3] = -65_520;
    AdapterWeights weights = new AdapterWeights(layout, values);
    assertThat(writer("float16").write(version(weights), 3))
        .isEqualTo(
            new AdapterWriting.NotRepresentable(
                "float16", "expected floats that float16 can hold, found -65520.0 in norm.bias"));
    assertThat(writer("auto").write(version(weights), 3))
        .isInstanceOfSatisfying(
            AdapterWriting.Written.class,
            written -> assertThat(written.record().getCodec()).isEqualTo("float32"));
  }

  @Test
  void shouldWriteWhereAVersionComesFrom() {
    AdapterRecord record = record();
    assertThat(record.getParent()).isEqualTo(6);
    assertThat(record.getCreatedAt()).isEqualTo(Instant.ofEpochMilli(1_234));
    assertThat(record.getMetrics()).isEqualTo(Map.of("loss", .5));
    assertThat(record.getProvenance().getMethod()).isEqualTo("tent");
    assertThat(record.getProvenance().getSeed()).isEqualTo(11);
    assertThat(record.getProvenance().getStep()).isEqualTo(12);
    assertThat(record.getProvenance().getSamples()).isEqualTo(13);
    assertThat(record.getProvenance().getFirstOffset()).isEqualTo(14);
    assertThat(record.getProvenance().getLastOffset()).isEqualTo(15);
    assertThat(record.getProvenance().getSamplesPartition()).isEqualTo(3);
    assertThat(record.getProvenance().getEngine()).isEqualTo(spec.engine());
    assertThat(record.getProvenance().getJvm()).contains(System.getProperty("java.vm.version"));
    assertThat(record.getProvenance().getOriginOffset()).isEqualTo(2);
    assertThat(record.getProvenance().getOriginVersion()).isEqualTo(1);
    assertThat(Machine.of(record.getProvenance())).isEqualTo(Machine.here(spec));
  }

  @Test
  void shouldRefuseAnAdapterForAnotherBase() {
    ModelSpec other = spec(2);
    AdapterReader elsewhere = new AdapterReader(other, 1_000);
    assertThat(elsewhere.read(record()))
        .isEqualTo(
            new AdapterReading.Refused(
                AdapterRefusal.OTHER_BASE,
                "expected an adapter for base "
                    + other.baseSha256()
                    + ", found one for base "
                    + spec.baseSha256()));
    refuses(
        builder -> builder.setBaseSha256(ByteBuffer.allocate(3)),
        AdapterRefusal.OTHER_BASE,
        "expected an adapter for base " + spec.baseSha256() + ", found one for base 3 bytes");
  }

  @Test
  void shouldRefuseAFrameKindOrCodecOfANewerWriter() {
    String expected = "expected a KEY or DELTA frame of block-values in one record, found a ";
    refuses(
        builder -> builder.setFrame("OTHER"),
        AdapterRefusal.UNKNOWN_FRAME,
        expected + "OTHER frame of block-values in 0 chunks");
    refuses(
        builder -> builder.setKind("lora"),
        AdapterRefusal.UNKNOWN_FRAME,
        expected + "KEY frame of lora in 0 chunks");
    refuses(
        builder -> builder.setChunkCount(2),
        AdapterRefusal.UNKNOWN_FRAME,
        expected + "KEY frame of block-values in 2 chunks");
    refuses(
        builder -> builder.setCodec("wavelet"),
        AdapterRefusal.UNKNOWN_CODEC,
        "expected a codec of float32, float16, bfloat16, int8, found wavelet");
  }

  @Test
  void shouldReadAChangeOnlyWithItsParent() {
    AdapterWeights parent = new AdapterWeights(layout, values());
    float[] changed = values();
    changed[0] += 2;
    AdapterWeights next = new AdapterWeights(layout, changed);
    byte[] payload =
        Codecs.delta("xor-zstd").orElseThrow().encode(layout, parent.values(), next.values());
    AdapterRecord record =
        copy(record())
            .setFrame("DELTA")
            .setCodec("xor-zstd")
            .setPayload(ByteBuffer.wrap(payload))
            .setPayloadCrc32c(AdapterWriter.crc32c(payload))
            .setContentSha256(ByteBuffer.wrap(next.contentHash().bytes()))
            .build();

    assertThat(reader.read(record))
        .isEqualTo(
            new AdapterReading.Refused(
                AdapterRefusal.MISSING_PARENT,
                "expected version 6, which this one is a change to, found none"));
    AdapterReading.Verified verified =
        (AdapterReading.Verified)
            reader.read(record, (lineage, version) -> version == 6 ? parent : null);
    assertThat(verified.weights().values()).isEqualTo(changed);
    assertThat(reader.read(record, (lineage, version) -> next))
        .as("another parent than it was made from")
        .isInstanceOf(AdapterReading.Refused.class);
    refuses(
        builder -> builder.setFrame("DELTA"),
        AdapterRefusal.UNKNOWN_CODEC,
        "expected a codec of " + String.join(", ", Codecs.deltaNames()) + ", found float32");
  }

  @Test
  void shouldRefuseATensorTableThatIsNotTheModels() {
    String expected =
        "expected blocks of the model in order of name, found another tensor table of ";
    List<UnaryOperator<TensorEntry.Builder>> changes =
        List.of(
            entry -> entry.setName("no.such"),
            entry -> entry.setName("norm.weight"),
            entry -> entry.setRole("GAIN"),
            entry -> entry.setRole("NO_SUCH"),
            entry -> entry.setShape(List.of(1)),
            entry -> entry.setOffset(1),
            entry -> entry.setDtype("FP16"));
    for (UnaryOperator<TensorEntry.Builder> change : changes) {
      List<TensorEntry> tensors = new ArrayList<>(record().getTensors());
      tensors.set(0, change.apply(TensorEntry.newBuilder(tensors.get(0))).build());
      refuses(
          builder -> builder.setTensors(tensors),
          AdapterRefusal.OTHER_LAYOUT,
          expected + "4 entries");
    }
    refuses(
        builder -> builder.setTensors(record().getTensors().subList(0, 3)),
        AdapterRefusal.OTHER_LAYOUT,
        expected + "3 entries");
    refuses(
        builder -> builder.setLayoutSha256(ByteBuffer.allocate(32)),
        AdapterRefusal.OTHER_LAYOUT,
        expected + "4 entries");
  }

  @Test
  void shouldRefuseATruncatedPayload() {
    int size = 4 * layout.size();
    refuses(
        builder -> builder.setPayload(null),
        AdapterRefusal.TRUNCATED,
        "expected a payload, found none");
    for (int length : new int[] {0, 3, size - 1, size + 4}) {
      refuses(
          builder -> builder.setPayload(ByteBuffer.allocate(length)),
          AdapterRefusal.TRUNCATED,
          "expected a payload of " + size + " bytes, found " + length);
    }
  }

  @Test
  void shouldRefuseWhenAnyBitOfThePayloadIsFlipped() {
    AdapterRecord record = record();
    Seeds.forEach(
        20,
        random -> {
          byte[] payload = record.getPayload().array().clone();
          payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
          AdapterReading reading =
              reader.read(copy(record).setPayload(ByteBuffer.wrap(payload)).build());
          assertThat(reading)
              .isEqualTo(
                  new AdapterReading.Refused(
                      AdapterRefusal.CORRUPT,
                      String.format(
                          "expected CRC-32C %08x, found %08x",
                          record.getPayloadCrc32c(), AdapterWriter.crc32c(payload))));
        });
  }

  @Test
  void shouldRefuseFloatsThatCannotBeServed() {
    float[] values = values();
    values[3] = Float.NaN;
    assertThat(reader.read(record(new AdapterWeights(layout, values))))
        .isEqualTo(
            new AdapterReading.Refused(
                AdapterRefusal.NOT_FINITE, "expected finite floats, found NaN or infinity"));
    values[3] = -1_000.5f;
    assertThat(reader.read(record(new AdapterWeights(layout, values))))
        .isEqualTo(
            new AdapterReading.Refused(
                AdapterRefusal.OUT_OF_BOUNDS,
                "expected floats of at most 1000.0 in size, found -1000.5"));
    values[3] = 1;
    values[layout.size() / 2 - 1] = -.25f; // in order of name: bias, mean, variance, weight
    assertThat(reader.read(record(new AdapterWeights(layout, values))))
        .isInstanceOf(AdapterReading.Verified.class);
    values[layout.size() / 2] = -.25f;
    assertThat(reader.read(record(new AdapterWeights(layout, values))))
        .isEqualTo(
            new AdapterReading.Refused(
                AdapterRefusal.OUT_OF_BOUNDS,
                "expected variances >= 0 in norm.running_var, found -0.25"));
  }

  @Test
  void shouldRefuseContentThatIsNotWhatTheRecordClaims() {
    Sha256 other = Sha256.of(new byte[] {1});
    refuses(
        builder -> builder.setContentSha256(ByteBuffer.wrap(other.bytes())),
        AdapterRefusal.OTHER_CONTENT,
        "expected content "
            + other
            + ", found "
            + new AdapterWeights(layout, values()).contentHash());
  }

  @Test
  void shouldRefuseAMalformedIdentity() {
    refuses(
        builder -> builder.setLineage("fake"),
        AdapterRefusal.MALFORMED,
        "expected a lineage written model:scope, found \"fake\"");
    refuses(
        builder -> builder.setContentSha256(ByteBuffer.allocate(31)),
        AdapterRefusal.MALFORMED,
        "expected a digest of 32 bytes, found 31");
    refuses(
        builder -> builder.setVersion(0),
        AdapterRefusal.MALFORMED,
        "expected a version >= 1, found 0");
  }

  @Test
  void shouldReadBytesWhereverTheyLieInTheBuffer() {
    byte[] payload = record().getPayload().array();
    ByteBuffer within = ByteBuffer.allocate(payload.length + 5).put(2, payload);
    within.position(2).limit(2 + payload.length);
    AdapterRecord record = copy(record()).setPayload(within).build();
    assertThat(reader.read(record)).isInstanceOf(AdapterReading.Verified.class);
    assertThat(reader.read(record)).as("again").isInstanceOf(AdapterReading.Verified.class);
  }

  @Test
  void shouldEncodeOnlyWholeAdapters() {
    assertThatThrownBy(() -> codec.encode(layout, new float[1]))
        .hasMessage("expected " + layout.size() + " floats, found 1");
    assertThat(Floats.encode(new float[] {1}).array()).containsExactly(0, 0, 0x80, 0x3f);
    assertThat(Floats.decode(ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f, 9})))
        .containsExactly(1);
  }

  private void refuses(
      UnaryOperator<AdapterRecord.Builder> change, AdapterRefusal reason, String message) {
    assertThat(reader.read(change.apply(copy(record())).build()))
        .isEqualTo(new AdapterReading.Refused(reason, message));
  }

  /** Field by field: Avro's own copy builds records only for classes it was told to trust. */
  static AdapterRecord.Builder copy(AdapterRecord record) {
    return AdapterRecord.newBuilder()
        .setLineage(record.getLineage())
        .setVersion(record.getVersion())
        .setParent(record.getParent())
        .setKind(record.getKind())
        .setFrame(record.getFrame())
        .setCodec(record.getCodec())
        .setBaseSha256(record.getBaseSha256())
        .setLayoutSha256(record.getLayoutSha256())
        .setTensors(record.getTensors())
        .setPayload(record.getPayload())
        .setPayloadCrc32c(record.getPayloadCrc32c())
        .setChunkCount(record.getChunkCount())
        .setContentSha256(record.getContentSha256())
        .setStateSha256(record.getStateSha256())
        .setProvenance(record.getProvenance())
        .setMetrics(record.getMetrics())
        .setCreatedAt(record.getCreatedAt());
  }

  private float[] values() {
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i / 8f;
    }
    return values;
  }

  private AdapterRecord record() {
    return record(new AdapterWeights(layout, values()));
  }

  private AdapterRecord record(AdapterWeights weights) {
    return ((AdapterWriting.Written) writer("float32").write(version(weights), 3)).record();
  }

  private AdapterWriter writer(String codec) {
    return new AdapterWriter(spec, CodecChoice.configured(codec, CodecChoice.AUTO, .05, 0));
  }

  /** Version 7 of these weights. */
  static Version version(AdapterWeights weights) {
    return new Version(
        new AdapterVersion(LINEAGE, 7, weights.contentHash()),
        new Candidate(LINEAGE, 6, weights, weights),
        Sha256.of(new byte[] {2}),
        Sha256.of(new byte[] {3}),
        "tent",
        11,
        12,
        13,
        14,
        15,
        new Origin(2, 1),
        List.of(),
        1_234,
        Map.of("loss", .5));
  }

  private static ModelSpec spec(long seed) {
    try (FakeModel model = new FakeModel("fake", new int[] {3, 4, 4}, 5, seed)) {
      return model.spec();
    }
  }
}
