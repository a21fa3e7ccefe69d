package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meander.core.model.FakeProvider;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.AdapterReading;
import dev.meander.kit.FakeClock;
import dev.meander.kit.Golden;
import dev.meander.schemas.Topic;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.Sample;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptationTopologyTest {

  @Test
  void shouldDescribeThePath(@TempDir Path folder) {
    AdaptationConfig config = PathDriver.config(folder, Map.of());
    BaseModel base = BaseModel.check(config.model(), new FakeProvider(), config.learner());
    AdaptationTopology topology = new AdaptationTopology(config, base, FakeClock.at(Instant.EPOCH));
    Golden.check(
        AdaptationTopologyTest.class, "topology.txt", topology.build().describe().toString());
  }

  @Test
  void shouldNeedTheTopicsItReadsAndWrites(@TempDir Path folder) {
    assertThat(AdaptationTopology.topics(PathDriver.config(folder, Map.of())))
        .containsExactly(
            "meander.traffic",
            "meander.samples",
            "meander.adapters",
            "meander.aliases",
            "meander.decisions",
            "meander.commands",
            "meander.dlq");
    Map<String, String> predicting = Map.of("predictions.enabled", "true");
    assertThat(AdaptationTopology.topics(PathDriver.config(folder, predicting)))
        .hasSize(8)
        .contains("meander.predictions");
  }

  @Test
  void shouldPublishAVersionPerBatchAndMakeItLive(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      new Events(PathDriver.LINEAGE, 1).next(12).forEach(path::traffic);

      AdapterReader reader = new AdapterReader(path.base.spec(), 1e6);
      List<AdapterRecord> adapters = path.adapters();
      assertThat(adapters).extracting(AdapterRecord::getVersion).containsExactly(1L, 2L, 3L);
      assertThat(adapters).extracting(AdapterRecord::getParent).containsExactly(0L, 1L, 2L);
      assertThat(adapters)
          .allSatisfy(
              adapter ->
                  assertThat(reader.read(adapter)).isInstanceOf(AdapterReading.Verified.class));
      assertThat(adapters)
          .extracting(adapter -> adapter.getProvenance().getFirstOffset())
          .containsExactly(0L, 4L, 8L);
      assertThat(adapters)
          .extracting(adapter -> adapter.getProvenance().getLastOffset())
          .containsExactly(3L, 7L, 11L);

      List<AliasRecord> aliases = path.aliases();
      assertThat(aliases).extracting(AliasRecord::getLive).containsExactly(1L, 2L, 3L);
      assertThat(aliases).extracting(AliasRecord::getPrevious).containsExactly(null, 1L, 2L);
      assertThat(aliases).extracting(AliasRecord::getEpoch).containsExactly(1L, 2L, 3L);
      assertThat(aliases).extracting(AliasRecord::getCause).containsOnly("PUBLISH");
      assertThat(path.decisions())
          .filteredOn(decision -> decision.getStage().equals("guard"))
          .extracting(Decision::getOutcome, Decision::getVersion)
          .containsExactly(tuple("PROMOTE", 1L), tuple("PROMOTE", 2L), tuple("PROMOTE", 3L));
      assertThat(path.written(Topic.DLQ)).isEmpty();
    }
  }

  @Test
  void shouldKeyAndStampWhatItPublishes(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic);

      TestRecord<byte[], byte[]> adapter = path.written(Topic.ADAPTERS).get(0);
      TestRecord<byte[], byte[]> alias = path.written(Topic.ALIASES).get(0);
      assertThat(text(adapter.key())).isEqualTo("fake:global/1");
      assertThat(text(alias.key())).isEqualTo("fake:global");
      for (TestRecord<byte[], byte[]> record : List.of(adapter, alias)) {
        assertThat(record.timestamp()).isEqualTo(Events.START_MILLIS + 3000);
        assertThat(text(record.headers().lastHeader("meander.published-at-micros").value()))
            .isEqualTo("1767225600000123");
      }
    }
  }

  @Test
  void shouldKeepCloudEventsHeadersOnSamples(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.traffic(
          "any key",
          new Events(PathDriver.LINEAGE, 1).next(),
          new RecordHeaders().add("ce_id", "event 1".getBytes(StandardCharsets.UTF_8)));

      TestRecord<byte[], byte[]> sample = path.written(Topic.SAMPLES).get(0);
      assertThat(text(sample.key())).isEqualTo(PathDriver.LINEAGE);
      assertThat(text(sample.headers().lastHeader("ce_id").value())).isEqualTo("event 1");
      assertThat(sample.timestamp()).isEqualTo(Events.START_MILLIS);
      Sample read = path.decode(Topic.SAMPLES, Sample.class, sample.value());
      assertThat(read.getTrafficPartition()).isZero();
      assertThat(read.getTrafficOffset()).isZero();
      assertThat(read.getWeight()).isEqualTo(1);
      assertThat(read.getEntropy()).isBetween(0.3, 0.5);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
