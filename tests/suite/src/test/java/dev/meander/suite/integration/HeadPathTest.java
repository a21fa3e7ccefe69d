package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.app.replay.ClusterReplay;
import dev.meander.core.head.HeadFile;
import dev.meander.core.head.HeadFitting;
import dev.meander.core.head.HeadProvider;
import dev.meander.core.model.FakeModel;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import dev.meander.replay.recorded.Equality;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.ReplayReport;
import dev.meander.replay.recorded.VersionCheck;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.record.Decision;
import dev.meander.serving.ServingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A head on rows of numbers on the whole path, no engine anywhere, and the collapse guard there.
 */
class HeadPathTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int WIDTH = 48;
  private static final int ROWS = 200;
  private static final int VERSIONS = 3;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  @Test
  void shouldServeAndRecomputeVersionsOfAHead() throws Exception {
    try (PathRig rig = rig("head")) {
      rig.startApplication();
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(VERSIONS * PathRig.BATCH);

      await().atMost(SOON).until(() -> node.active(PathRig.LINEAGE).number() == VERSIONS);
      assertThat(recomputed(rig, Map.of()))
          .hasSize(VERSIONS)
          .extracting(VersionCheck::verdict)
          .containsOnly(Equality.EQUAL);
    }
  }

  @Test
  void shouldResetAndRecomputeWhenTheGuardTellsACollapse() throws Exception {
    Map<String, String> settings =
        Map.of(
            "method.learning.rate", "0.05",
            "guard.divergence.action", "reset",
            // these samples are sure ones: between the divergence of the second step and the third
            "guard.divergence.max", "2.5e-7",
            "guard.drift.action", "none");
    try (PathRig rig = rig("guarded")) {
      rig.startApplication(settings);
      rig.sendGood(6 * PathRig.BATCH);

      List<Decision> verdicts = verdicts(rig, 6);
      assertThat(verdicts)
          .extracting(Decision::getOutcome)
          .containsSequence("RESET", "PROMOTE")
          .startsWith("PROMOTE");
      assertThat(verdicts)
          .filteredOn(decision -> decision.getOutcome().equals("RESET"))
          .allSatisfy(
              decision ->
                  assertThat(decision.getReasons())
                      .singleElement()
                      .asString()
                      .matches("drift of predictions: .* nats > guard.divergence.max 2\\.5E-7"));
      assertThat(recomputed(rig, settings))
          .hasSize((int) verdicts.stream().filter(v -> v.getOutcome().equals("PROMOTE")).count())
          .extracting(VersionCheck::verdict)
          .containsOnly(Equality.EQUAL);
    }
  }

  private PathRig rig(String prefix) throws IOException {
    Path file = folder.resolve("head.safetensors");
    Files.write(file, head().bytes());
    return new PathRig(cluster, prefix, folder, new HeadProvider(), file, WIDTH);
  }

  /** Fitted on what the rig's events show before they drift. */
  private static HeadFile head() {
    FakeModel fake = new FakeModel("fake", PathRig.SHAPE, PathRig.CLASSES, 1);
    SplittableRandom random = new SplittableRandom(1);
    int[] labels = IntStream.range(0, ROWS).map(i -> i % PathRig.CLASSES).toArray();
    List<float[]> rows =
        IntStream.of(labels).mapToObj(label -> fake.input(label, random, 0.3)).toList();
    return HeadFitting.fit(
        new LabelledBatch(Tensor.stack(rows, WIDTH), labels),
        List.of("a", "b", "c", "d"),
        HeadFitting.Config.usual(0, 100, 1));
  }

  private static List<Decision> verdicts(PathRig rig, int count) {
    for (int records = count; ; records++) {
      List<Decision> found =
          rig.read(rig.names.decisions(), records).stream()
              .map(record -> rig.serdes.decode(record.topic(), Decision.class, record.value()))
              .map(decoded -> ((Decoded.Value<Decision>) decoded).value())
              .filter(decision -> decision.getStage().equals("guard"))
              .toList();
      if (found.size() >= count) {
        return found;
      }
    }
  }

  private static List<VersionCheck> recomputed(PathRig rig, Map<String, String> settings) {
    try (ClusterReplay replay =
        ClusterReplay.open(
            PathRig.LINEAGE, rig.config(settings), new HeadProvider(), () -> {}, () -> {})) {
      ReplayReport report = replay.run(version -> true, ReplayRange.ALL, Map.of());
      return report.versions();
    }
  }
}
