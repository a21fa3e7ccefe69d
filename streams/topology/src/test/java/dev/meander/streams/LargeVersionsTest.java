package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.math.Vectors;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.AdapterReading;
import dev.meander.core.wire.ChunkAssembler;
import dev.meander.core.wire.ChunkAssembler.Assembly;
import dev.meander.core.wire.Claim;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.Topic;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.streams.publish.ObjectsUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that do not fit into one record: in chunks, in an object store, or held. */
class LargeVersionsTest {

  private static final Map<String, String> CHUNKED = Map.of("publish.chunk.bytes", "64");

  /** An adapter of the fake model has 256 bytes here. */
  private static final Map<String, String> TOO_LARGE =
      Map.of("publish.payload.max.bytes", "100", "publish.chunk.bytes", "64");

  @Test
  void shouldWriteChunksAndTheManifestLast(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, CHUNKED)) {
      new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic);

      List<TestRecord<byte[], byte[]>> written = path.written(Topic.ADAPTERS);
      List<String> keys = written.stream().map(record -> text(record.key())).toList();
      int last = keys.size() - 1;
      assertThat(keys).hasSizeGreaterThan(2).last().isEqualTo("fake:global/1");
      for (int i = 0; i < last; i++) {
        assertThat(keys.get(i)).isEqualTo("fake:global/1/" + i);
      }
      assertThat(written)
          .extracting(record -> record.headers().lastHeader("meander.published-at-micros") != null)
          .last()
          .isEqualTo(true);

      ChunkAssembler assembler = new ChunkAssembler(1_000, 1_000);
      for (int i = 0; i < last; i++) {
        AdapterKey key = AdapterKey.parse(keys.get(i)).orElseThrow();
        assembler.accept(key, adapter(path, written.get(i)), i);
      }
      Assembly assembly = assembler.assemble(adapter(path, written.get(last)));
      assertThat(assembly).isInstanceOf(Assembly.Whole.class);
      assertThat(reader(path).read(((Assembly.Whole) assembly).record()))
          .isInstanceOf(AdapterReading.Verified.class);
      assertThat(path.aliases()).extracting(AliasRecord::getLive).containsExactly(1L);
    }
  }

  @Test
  void shouldHoldAVersionThatIsTooLargeForTheLogWhereThereIsNoStore(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, TOO_LARGE)) {
      new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic);

      assertThat(path.adapters()).isEmpty();
      assertThat(path.aliases()).isEmpty();
      Decision held = path.decisions().get(1);
      assertThat(held.getStage()).isEqualTo("publish");
      assertThat(held.getOutcome()).isEqualTo("HOLD");
      assertThat(held.getVersion()).isEqualTo(1);
      assertThat(held.getReasons())
          .containsExactly(
              "expected a payload of at most publish.payload.max.bytes = 100 bytes or an object"
                  + " store in objects.dir, found 256 bytes and none");
      assertThat(path.total("versions", "TOO_LARGE")).isEqualTo(1);
    }
  }

  @Test
  void shouldComeFromAVersionThatExistsAfterOthersWereHeld(@TempDir Path folder) {
    Events events = new Events(PathDriver.LINEAGE, 1);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      events.next(4).forEach(path::traffic);
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, TOO_LARGE)) {
      path.restore(stores, 4);
      events.next(8).forEach(path::traffic);
      assertThat(path.adapters()).isEmpty();
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.restore(stores, 12);
      events.next(8).forEach(path::traffic);
      List<AdapterRecord> adapters = path.adapters();
      assertThat(adapters).extracting(AdapterRecord::getVersion).containsExactly(4L, 5L);
      assertThat(adapters).extracting(AdapterRecord::getParent).containsExactly(1L, 4L);
      assertThat(adapters)
          .extracting(adapter -> adapter.getProvenance().getFirstOffset())
          .containsExactly(4L, 16L);
      assertThat(path.aliases()).extracting(AliasRecord::getPrevious).containsExactly(1L, 4L);
    }
  }

  @Test
  void shouldPutAPayloadThatIsTooLargeIntoTheObjectStore(@TempDir Path folder) {
    Path objects = folder.resolve("objects");
    Map<String, String> settings =
        Map.of(
            "publish.payload.max.bytes", "100",
            "publish.chunk.bytes", "64",
            "objects.dir", objects.toString());
    try (PathDriver path = new PathDriver(folder, settings)) {
      new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic);

      AdapterRecord claim = path.adapters().get(0);
      assertThat(claim.getPayload()).isNull();
      assertThat(claim.getChunkCount()).isZero();
      assertThat(claim.getPayloadBytes()).isEqualTo(256);
      assertThat(Claim.isClaim(claim)).isTrue();
      Claim.Fetched fetched = Claim.fetch(claim, new FolderObjectStore(objects), 1_000);
      assertThat(fetched).isInstanceOf(Claim.Fetched.Whole.class);
      assertThat(reader(path).read(((Claim.Fetched.Whole) fetched).record()))
          .isInstanceOf(AdapterReading.Verified.class);
    }
  }

  @Test
  void shouldAbortRatherThanHoldWhenTheObjectStoreFails(@TempDir Path folder) throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("objects"), "a file");
    Map<String, String> settings =
        Map.of(
            "publish.payload.max.bytes", "100",
            "publish.chunk.bytes", "64",
            "objects.dir", inTheWay.toString());
    try (PathDriver path = new PathDriver(folder, settings)) {
      assertThatThrownBy(() -> new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic))
          .isInstanceOf(StreamsException.class)
          .hasCauseInstanceOf(ObjectsUnavailableException.class);
    }
  }

  @Test
  void shouldWriteChangesBetweenWholeVersionsAndReportTheirError(@TempDir Path folder) {
    Map<String, String> settings =
        Map.of(
            "publish.key.every", "3",
            "publish.delta.codec", "float16",
            "publish.delta.error.max", "0.1");
    try (PathDriver path = new PathDriver(folder, settings)) {
      new Events(PathDriver.LINEAGE, 1).next(24).forEach(path::traffic);

      List<AdapterRecord> adapters = path.adapters();
      assertThat(adapters)
          .extracting(AdapterRecord::getFrame)
          .containsExactly("KEY", "DELTA", "DELTA", "KEY", "DELTA", "DELTA");
      Map<Long, AdapterWeights> decoded = new HashMap<>();
      for (AdapterRecord adapter : adapters) {
        AdapterReading reading =
            reader(path).read(adapter, (lineage, version) -> decoded.get(version));
        assertThat(reading).isInstanceOf(AdapterReading.Verified.class);
        decoded.put(adapter.getVersion(), ((AdapterReading.Verified) reading).weights());
        if (adapter.getFrame().equals("KEY")) {
          assertThat(adapter.getRelativeError()).isZero();
        } else {
          assertThat(adapter.getRelativeError()).isBetween(1e-9, .1);
        }
      }
    }
  }

  /** What is written says nothing to the learner, so another run has its floats, exact. */
  @Test
  void shouldReportForEachVersionHowFarServingIsFromTheLearner(@TempDir Path folder) {
    Map<String, String> lossy =
        Map.of(
            "publish.codec", "int8",
            "publish.key.every", "4",
            "publish.delta.density", "0.2",
            "publish.delta.error.max", "0.5");
    List<AdapterRecord> learned = published(folder, Map.of());
    List<AdapterRecord> served = published(folder, lossy);
    assertThat(served).extracting(AdapterRecord::getFrame).contains("KEY", "DELTA");
    List<float[]> learnedFloats = floats(folder, learned);
    List<float[]> servedFloats = floats(folder, served);
    float[] base = base(folder, learned.get(0));
    for (int i = 0; i < served.size(); i++) {
      double error =
          Vectors.distance(servedFloats.get(i), learnedFloats.get(i))
              / Vectors.distance(learnedFloats.get(i), base);
      assertThat(served.get(i).getRelativeError())
          .as("version %d, a %s frame", i + 1, served.get(i).getFrame())
          .isPositive()
          .isCloseTo(error, within(1e-12));
      assertThat(served.get(i).getFrame().equals("KEY") || error <= 0.5).isTrue();
      assertThat(learned.get(i).getRelativeError()).isZero();
    }
  }

  private static List<AdapterRecord> published(Path folder, Map<String, String> settings) {
    try (PathDriver path = new PathDriver(folder, settings)) {
      new Events(PathDriver.LINEAGE, 1).next(32).forEach(path::traffic);
      List<AdapterRecord> adapters = path.adapters();
      assertThat(adapters).hasSize(8);
      return adapters;
    }
  }

  private static List<float[]> floats(Path folder, List<AdapterRecord> adapters) {
    Map<Long, AdapterWeights> decoded = new HashMap<>();
    List<float[]> floats = new ArrayList<>();
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      for (AdapterRecord adapter : adapters) {
        AdapterReading reading =
            reader(path).read(adapter, (lineage, version) -> decoded.get(version));
        assertThat(reading).isInstanceOf(AdapterReading.Verified.class);
        AdapterWeights weights = ((AdapterReading.Verified) reading).weights();
        decoded.put(adapter.getVersion(), weights);
        floats.add(weights.values());
      }
    }
    return floats;
  }

  /** The base model's floats in the layout of {@code adapter}. */
  private static float[] base(Path folder, AdapterRecord adapter) {
    try (PathDriver path = new PathDriver(folder, Map.of());
        AdaptableModel model = new FakeProvider().open(path.config.model())) {
      AdapterReading.Verified verified = (AdapterReading.Verified) reader(path).read(adapter);
      Layout layout = verified.weights().layout();
      float[] floats = new float[layout.size()];
      for (Block block : layout.blocks()) {
        float[] values = new float[block.size()];
        model.readBase(block, values);
        System.arraycopy(values, 0, floats, layout.offset(block), values.length);
      }
      return floats;
    }
  }

  private static AdapterReader reader(PathDriver path) {
    return new AdapterReader(path.base.spec(), 1e6);
  }

  private static AdapterRecord adapter(PathDriver path, TestRecord<byte[], byte[]> record) {
    return path.decode(Topic.ADAPTERS, AdapterRecord.class, record.value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
