package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.app.replay.ClusterReplay;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.replay.recorded.Equality;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.ReplayReport;
import dev.meander.replay.recorded.VersionCheck;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.streams.AdaptationApplication;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The replay law: what the application publishes depends on the samples alone, whatever threads,
 * commits and restarts cut them into, and is recomputed from the log to the same bits.
 */
class ReplayLawTest {

  private static final List<LineageId> LINEAGES =
      List.of(
          new LineageId("fake", "a"),
          new LineageId("fake", "b"),
          new LineageId("fake", "c"),
          new LineageId("fake", "d"));

  /** Two batches and a half, an hour of nothing that flushes the half, a batch and one more. */
  private static final int BEFORE_PAUSE = 2 * PathRig.BATCH + PathRig.BATCH / 2;

  private static final int AFTER_PAUSE = PathRig.BATCH + 1;
  private static final int VERSIONS = 4;
  private static final long HOUR_MILLIS = 3_600_000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  @Test
  void shouldPublishAndRecomputeTheSameWhateverThreadsCommitsAndRestarts() throws Exception {
    Map<LineageId, List<String>> plain;
    try (PathRig rig = new PathRig(cluster, "plain", folder.resolve("plain"))) {
      Map<String, String> settings = Map.of("streams.threads", "1", "commit.interval", "2s");
      rig.startApplication(settings);
      send(rig, 0, BEFORE_PAUSE + AFTER_PAUSE);
      plain = published(rig);
      assertRecomputed(rig, settings, plain);
    }
    assertThat(plain.values()).allSatisfy(versions -> assertThat(versions).hasSize(VERSIONS));
    try (PathRig rig = new PathRig(cluster, "cut", folder.resolve("cut"))) {
      Map<String, String> settings = Map.of("streams.threads", "2", "commit.interval", "10ms");
      int inABatch = PathRig.BATCH + 3;
      try (AdaptationApplication first = rig.startApplication(settings)) {
        send(rig, 0, inABatch);
        rig.read(rig.names.adapters(), LINEAGES.size());
        assertThat(first.failure()).isEmpty();
      }
      rig.startApplication(settings);
      send(rig, inABatch, BEFORE_PAUSE + AFTER_PAUSE);
      assertThat(published(rig)).isEqualTo(plain);
      assertRecomputed(rig, settings, plain);
    }
  }

  /** Events {@code from} to {@code to} of every lineage, in turns. */
  private static void send(PathRig rig, int from, int to) {
    for (int i = from; i < to; i++) {
      for (LineageId lineage : LINEAGES) {
        rig.send(lineage, i, PathRig.RECENT_MILLIS + i + (i < BEFORE_PAUSE ? 0 : HOUR_MILLIS));
      }
    }
  }

  /** Number, content and state of every version by lineage. */
  private static Map<LineageId, List<String>> published(PathRig rig) {
    Map<LineageId, List<String>> versions =
        new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    rig.read(rig.names.adapters(), LINEAGES.size() * VERSIONS).stream()
        .map(record -> rig.serdes.decode(record.topic(), AdapterRecord.class, record.value()))
        .map(decoded -> ((Decoded.Value<AdapterRecord>) decoded).value())
        .forEach(
            record ->
                versions
                    .computeIfAbsent(
                        LineageId.parse(record.getLineage()), lineage -> new ArrayList<>())
                    .add(
                        record.getVersion()
                            + " "
                            + hex(record.getContentSha256())
                            + " "
                            + hex(record.getStateSha256())));
    return versions;
  }

  private static void assertRecomputed(
      PathRig rig, Map<String, String> settings, Map<LineageId, List<String>> published) {
    for (LineageId lineage : LINEAGES) {
      try (ClusterReplay replay =
          ClusterReplay.open(
              lineage, rig.config(settings), new FakeProvider(), () -> {}, () -> {})) {
        ReplayReport report = replay.run(version -> true, ReplayRange.ALL, Map.of());
        assertThat(report.versions())
            .as(lineage.toString())
            .hasSameSizeAs(published.get(lineage))
            .extracting(VersionCheck::verdict)
            .containsOnly(Equality.EQUAL);
      }
    }
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return Sha256.wrap(bytes).hex();
  }
}
