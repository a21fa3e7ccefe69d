package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.codec.AdapterCodec;
import dev.meander.core.codec.CodecChoice;
import dev.meander.core.codec.Codecs;
import dev.meander.core.codec.DeltaCodec;
import dev.meander.core.codec.Encoding;
import dev.meander.core.learner.Version;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.core.weights.Sha256;
import dev.meander.kit.AllocatedBytes;
import dev.meander.kit.Mutations;
import dev.meander.kit.Seeds;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Reading is total: records with damaged payloads and fields give weights that a node may serve or
 * a named refusal, within the stated allocation. {@code -Dmeander.mutations=1000000} for the whole
 * run.
 */
class AdapterFuzzTest {

  private static final int MUTATIONS = Integer.getInteger("meander.mutations", 50_000);
  private static final int PER_SEED = 1_000;
  private static final double ABSOLUTE_MAX = 1_000;
  private static final long PARENT = 6;
  private static final long FOREIGN_PARENT = 5;

  /** What damaged texts are made of: known names, near misses, nothing, much. */
  private static final List<String> TEXTS =
      List.of(
          "float32",
          "float16",
          "bfloat16",
          "int8",
          "compeft",
          "xor-zstd",
          "FLOAT32",
          "KEY",
          "DELTA",
          "CHUNK",
          "block-values",
          "lora",
          "fake:global",
          "fake:",
          ":",
          "",
          "\u0000",
          "FP32",
          "FP16",
          "norm.weight",
          "norm.bias",
          "no.such",
          "WEIGHT",
          "GAIN",
          "x".repeat(5_000));

  private final ModelSpec spec = spec();
  private final Layout layout =
      spec.inventory().select(block -> block.role().isNormAffine() || block.role().isStatistic());
  private final AdapterReader reader = new AdapterReader(spec, ABSOLUTE_MAX);
  private final AdapterWeights parent = new AdapterWeights(layout, ones(layout));
  private final AdapterReader.Parents parents =
      (lineage, version) ->
          version == PARENT ? parent : version == FOREIGN_PARENT ? foreign() : null;
  private final Set<AdapterRefusal> refusals = EnumSet.noneOf(AdapterRefusal.class);
  private long verified;

  @Test
  void shouldVerifyOrRefuseWhateverTheRecord() {
    warmUp();
    Seeds.forEach(
        Math.max(1, MUTATIONS / PER_SEED),
        random -> {
          List<AdapterRecord> records = records(random);
          for (int i = 0; i < PER_SEED; i++) {
            check(damaged(records.get(random.nextInt(records.size())), random));
          }
        });
    if (Long.getLong("seed") == null) {
      assertThat(verified).as("damaged and yet servable").isPositive();
      assertThat(refusals)
          .contains(
              AdapterRefusal.OTHER_BASE,
              AdapterRefusal.OTHER_LAYOUT,
              AdapterRefusal.UNKNOWN_CODEC,
              AdapterRefusal.UNKNOWN_FRAME,
              AdapterRefusal.TRUNCATED,
              AdapterRefusal.CORRUPT,
              AdapterRefusal.OTHER_CONTENT,
              AdapterRefusal.NOT_FINITE,
              AdapterRefusal.OUT_OF_BOUNDS,
              AdapterRefusal.MISSING_PARENT,
              AdapterRefusal.MALFORMED);
    }
  }

  private void check(AdapterRecord record) {
    AllocatedBytes.Measured<AdapterReading> measured;
    try {
      measured = AllocatedBytes.of(() -> reader.read(record, parents));
    } catch (RuntimeException e) {
      throw new AssertionError("the reader threw for " + record, e);
    }
    if (measured.result() instanceof AdapterReading.Verified found) {
      verified++;
      checkServable(record, found);
    } else {
      AdapterReading.Refused refused = (AdapterReading.Refused) measured.result();
      assertThat(refused.message()).startsWith("expected ").contains(", found");
      assertThat(refused.message().length()).isLessThanOrEqualTo(AdapterReader.MESSAGE_MAX + 1);
      refusals.add(refused.reason());
    }
    assertThat(measured.bytes())
        .as("bytes allocated for %s", record)
        .isLessThanOrEqualTo(bound(record));
  }

  private void checkServable(AdapterRecord record, AdapterReading.Verified found) {
    float[] values = found.weights().values();
    assertThat(found.version().content())
        .isEqualTo(found.weights().contentHash())
        .isEqualTo(Sha256.wrap(bytes(record.getContentSha256())));
    for (float value : values) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo((float) ABSOLUTE_MAX);
    }
    for (Block block : found.weights().layout().blocks()) {
      int from = found.weights().layout().offset(block);
      for (int i = from; i < from + block.size(); i++) {
        assertThat(values[i] >= 0 || block.role() != Role.RUNNING_VARIANCE).isTrue();
      }
    }
  }

  /** What the reader states: the codec's bound, two copies, and what the record itself takes. */
  private long bound(AdapterRecord record) {
    ByteBuffer payload = record.getPayload();
    long texts = record.getLineage().length() + record.getCodec().length();
    texts += record.getFrame().length() + record.getKind().length();
    return AdapterCodec.allocationBytesMax(layout)
        + 8L * layout.size()
        + (payload == null ? 0 : payload.remaining())
        + 16 * texts
        + 4_096L * record.getTensors().size()
        + 64 * 1_024;
  }

  private void warmUp() {
    SplittableRandom random = new SplittableRandom(0);
    List<AdapterRecord> records = records(random);
    for (int i = 0; i < 2_000; i++) {
      reader.read(damaged(records.get(i % records.size()), random), parents);
    }
    AllocatedBytes.of(() -> "");
  }

  private AdapterRecord damaged(AdapterRecord original, SplittableRandom random) {
    AdapterRecord.Builder record = AdapterReaderTest.copy(original);
    int changes = 1 + random.nextInt(2);
    for (int i = 0; i < changes; i++) {
      damage(record, random);
    }
    if (random.nextBoolean()) {
      makeTrustworthy(record, random);
    }
    return record.build();
  }

  private static void damage(AdapterRecord.Builder record, SplittableRandom random) {
    String text = TEXTS.get(random.nextInt(TEXTS.size()));
    switch (random.nextInt(20)) {
      case 0 -> record.setLineage(text);
      case 1 -> record.setVersion(random.nextLong() >> random.nextInt(64));
      case 2 -> record.setFrame(text);
      case 3 -> record.setKind(text);
      case 4, 5 -> record.setCodec(text);
      case 6 -> {
        record.setChunkCount(random.nextInt(3) == 0 ? random.nextInt() : 0);
        record.setParent(random.nextLong(PARENT + 3));
      }
      case 7 -> record.setBaseSha256(damaged(record.getBaseSha256(), random));
      case 8 -> record.setLayoutSha256(damaged(record.getLayoutSha256(), random));
      case 9 -> record.setContentSha256(damaged(record.getContentSha256(), random));
      case 10 -> record.setPayloadCrc32c(random.nextLong());
      case 11 -> record.setPayload(null);
      case 12, 13 -> record.setTensors(damaged(record.getTensors(), text, random));
      default -> {
        ByteBuffer payload = record.getPayload();
        record.setPayload(payload == null ? null : damaged(payload, random));
      }
    }
  }

  private static List<TensorEntry> damaged(
      List<TensorEntry> tensors, String text, SplittableRandom random) {
    List<TensorEntry> changed = new ArrayList<>(tensors);
    if (changed.isEmpty()) {
      return changed;
    }
    int at = random.nextInt(changed.size());
    TensorEntry.Builder entry = TensorEntry.newBuilder(changed.get(at));
    int number = random.nextInt() >> random.nextInt(32);
    switch (random.nextInt(9)) {
      case 0 -> changed.remove(at);
      case 1 -> changed.add(changed.get(at));
      case 2 -> Collections.swap(changed, at, random.nextInt(changed.size()));
      case 3 -> changed.set(at, entry.setName(text).build());
      case 4 -> changed.set(at, entry.setRole(text).build());
      case 5 -> changed.set(at, entry.setShape(List.of(number, number)).build());
      case 6 -> changed.set(at, entry.setShape(List.of()).build());
      case 7 -> changed.set(at, entry.setOffset(number).build());
      default -> changed.set(at, entry.setDtype(text).build());
    }
    return changed;
  }

  private static ByteBuffer damaged(ByteBuffer bytes, SplittableRandom random) {
    return ByteBuffer.wrap(Mutations.of(bytes(bytes), random));
  }

  /** Checksum and content hash as a writer of these very bytes would set them. */
  private void makeTrustworthy(AdapterRecord.Builder record, SplittableRandom random) {
    ByteBuffer payload = record.getPayload();
    if (payload == null) {
      return;
    }
    record.setPayloadCrc32c(AdapterWriter.crc32c(bytes(payload)));
    if (random.nextBoolean()) {
      decoded(record, bytes(payload))
          .ifPresent(
              values ->
                  record.setContentSha256(
                      ByteBuffer.wrap(
                          new AdapterWeights(layout, values.values()).contentHash().bytes())));
    }
  }

  private Optional<AdapterCodec.Decoded.Values> decoded(
      AdapterRecord.Builder record, byte[] payload) {
    Optional<AdapterCodec.Decoded> decoded =
        record.getFrame().equals(Framing.DELTA)
            ? Codecs.delta(record.getCodec())
                .map(codec -> codec.decode(layout, parent.values(), payload))
            : Codecs.whole(record.getCodec()).map(codec -> codec.decode(layout, payload));
    return decoded
        .filter(AdapterCodec.Decoded.Values.class::isInstance)
        .map(AdapterCodec.Decoded.Values.class::cast);
  }

  private static float[] ones(Layout layout) {
    float[] ones = new float[layout.size()];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Weights of another layout. */
  private AdapterWeights foreign() {
    Layout gains = layout.select(block -> block.role() == Role.GAIN);
    return new AdapterWeights(gains, ones(gains));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** One intact record of each codec of whole values and of changes. */
  private List<AdapterRecord> records(SplittableRandom random) {
    float[] values = Seeds.gaussians(random, layout.size(), 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    AdapterWeights weights = new AdapterWeights(layout, values);
    Version version = AdapterReaderTest.version(weights);
    List<AdapterRecord> records = new ArrayList<>();
    for (String codec : Codecs.wholeNames()) {
      CodecChoice choice = CodecChoice.configured(codec, CodecChoice.AUTO, .05, 0);
      AdapterWriting writing = new AdapterWriter(spec, choice).write(version, 0);
      records.add(((AdapterWriting.Written) writing).record());
    }
    for (String codec : Codecs.deltaNames()) {
      records.add(change(records.get(0), Codecs.delta(codec).orElseThrow(), values));
    }
    return records;
  }

  private AdapterRecord change(AdapterRecord whole, DeltaCodec codec, float[] values) {
    Encoding.Encoded encoded =
        (Encoding.Encoded) Encoding.of(codec, layout, parent.values(), values);
    Sha256 content = new AdapterWeights(layout, encoded.decoded()).contentHash();
    return AdapterReaderTest.copy(whole)
        .setFrame(Framing.DELTA)
        .setCodec(codec.name())
        .setParent(PARENT)
        .setPayload(ByteBuffer.wrap(encoded.payload()))
        .setPayloadCrc32c(AdapterWriter.crc32c(encoded.payload()))
        .setContentSha256(ByteBuffer.wrap(content.bytes()))
        .build();
  }

  private static ModelSpec spec() {
    try (FakeModel model = new FakeModel("fake", new int[] {3, 4, 4}, 5, 1)) {
      return model.spec();
    }
  }
}
