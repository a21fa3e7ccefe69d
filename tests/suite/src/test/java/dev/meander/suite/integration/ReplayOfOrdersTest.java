package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.app.replay.ClusterReplay;
import dev.meander.app.versions.Answered;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.OrderClient;
import dev.meander.core.model.FakeProvider;
import dev.meander.replay.recorded.Equality;
import dev.meander.replay.recorded.RecordedVersion;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.ReplayReport;
import dev.meander.replay.recorded.VersionCheck;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Command;
import dev.meander.streams.AdaptationApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The replay law where orders came between: changes that lose something against parents that were
 * rolled back from, retired, reset or lie before a pause are recomputed to the same bits.
 */
class ReplayOfOrdersTest {

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Map<String, String> LOSSY =
      Map.of(
          "publish.versions.kept", "3",
          "publish.key.every", "4",
          "publish.delta.codec", "compeft",
          "publish.delta.density", "0.3",
          "publish.delta.error.max", "1",
          "batch.min", String.valueOf(PathRig.BATCH));

  private int orders;
  private int versions;

  private void order(OrderClient client, CommandKind kind, @Nullable Long version) {
    Answered answer =
        client.send(
            Command.newBuilder()
                .setId("order-" + orders++)
                .setLineage(PathRig.LINEAGE.toString())
                .setKind(kind.name())
                .setVersion(version)
                .setTime(Instant.EPOCH)
                .build(),
            SOON);
    assertThat(answer.outcome()).as(answer.toString()).isEqualTo("APPLIED");
    assertThat(answer.reasons()).isEmpty();
  }

  /** Sends the events of so many batches, and awaits a version of each. */
  private void learn(PathRig rig, int batches) {
    rig.sendGood(batches * PathRig.BATCH);
    versions += batches;
    // tombstones of old versions are records too
    for (int records = versions; versionsSeen(rig, records) < versions; records++) {
      assertThat(records).as("records on the log").isLessThan(100);
    }
  }

  private static double passedOver(AdaptationApplication application) {
    return application.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("samples-total"))
        .mapToDouble(metric -> (double) metric.metricValue())
        .sum();
  }

  private static long versionsSeen(PathRig rig, int records) {
    return rig.read(rig.names.adapters(), records).stream()
        .filter(record -> record.value() != null)
        .count();
  }

  @Test
  void shouldRecomputeVersionsBetweenOrders(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "between", folder)) {
      AdaptationApplication first = rig.startApplication(LOSSY);
      Cluster place =
          new Cluster(
              cluster.bootstrap(),
              Map.of(),
              Map.of(RecordSerdes.REGISTRY_URL, cluster.registryUrl()),
              rig.names,
              "none");
      try (OrderClient client = new OrderClient(place, PathRig.CLOCK, System::nanoTime)) {
        learn(rig, 3);
        order(client, CommandKind.ROLLBACK, 1L);
        learn(rig, 2);
        order(client, CommandKind.UNPIN, null);
        rig.sendGood(3);
        order(client, CommandKind.PAUSE, null);
        rig.sendGood(PathRig.BATCH + 1);
        await().atMost(SOON).until(() -> passedOver(first) > PathRig.BATCH);
        first.close();
        rig.startApplication(LOSSY);
        order(client, CommandKind.RESUME, null);
        learn(rig, 2);
        order(client, CommandKind.ROLLBACK, 6L);
        order(client, CommandKind.ROLLBACK, 5L);
        order(client, CommandKind.RETIRE, 7L); // the parent of the next one
        order(client, CommandKind.UNPIN, null);
        order(client, CommandKind.PROMOTE, 6L);
        learn(rig, 1);
        order(client, CommandKind.RESET, null);
        learn(rig, 5);
      }
      check(rig);
    }
  }

  private static void check(PathRig rig) {
    try (ClusterReplay replay =
        ClusterReplay.open(
            PathRig.LINEAGE, rig.config(LOSSY), new FakeProvider(), () -> {}, () -> {})) {
      List<RecordedVersion> recorded = replay.versions();
      assertThat(recorded.stream().collect(Collectors.groupingBy(RecordedVersion::frame)))
          .hasSize(2);
      assertThat(recorded).anyMatch(version -> !version.pauses().isEmpty());
      assertThat(recorded.stream().map(version -> version.origin().offset()).distinct()).hasSize(2);
      assertEqual(replay, version -> true);
      for (RecordedVersion version : recorded) {
        assertEqual(replay, other -> other.number() == version.number());
      }
    }
  }

  private static void assertEqual(ClusterReplay replay, Predicate<RecordedVersion> selected) {
    ReplayReport report = replay.run(selected, ReplayRange.ALL, Map.of());
    assertThat(report.versions())
        .as(report.versions().toString())
        .hasSize((int) replay.versions().stream().filter(selected).count())
        .extracting(VersionCheck::verdict)
        .containsOnly(Equality.EQUAL);
  }
}
