package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meander.schemas.Topic;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.PauseEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lineage that is paused, and what its versions say of it. */
class PausePathTest {

  private final Events events = new Events(PathDriver.LINEAGE, 1);

  private static void order(PathDriver path, String id, String kind) {
    path.command(CommandPathTest.command(id, kind, null));
  }

  private static List<Decision> answers(PathDriver path) {
    return path.decisions().stream()
        .filter(decision -> decision.getStage().equals("command"))
        .toList();
  }

  private static Tuple pause(long first, long last, long samples) {
    return tuple(first, last, samples);
  }

  private static List<Tuple> pauses(AdapterRecord version) {
    return version.getProvenance().getPauses().stream()
        .map(
            (PauseEntry pause) ->
                tuple(pause.getFirstOffset(), pause.getLastOffset(), pause.getSamples()))
        .toList();
  }

  @Test
  void shouldPassOverSamplesAndNameThemWhenPaused(@TempDir Path folder, @TempDir Path other) {
    List<InferenceEvent> before = events.next(6);
    List<InferenceEvent> meanwhile = events.next(9);
    List<InferenceEvent> after = events.next(6);
    try (PathDriver path = new PathDriver(folder, Map.of());
        PathDriver unpaused = new PathDriver(other, Map.of())) {
      before.forEach(path::traffic);
      order(path, "c-1", "PAUSE");
      meanwhile.forEach(path::traffic);
      assertThat(path.total("steps", "DONE")).isEqualTo(1);
      order(path, "c-2", "RESUME");
      after.forEach(path::traffic);
      before.forEach(unpaused::traffic);
      after.forEach(unpaused::traffic);

      List<AdapterRecord> versions = path.adapters();
      assertThat(versions)
          .extracting(AdapterRecord::getContentSha256, AdapterRecord::getStateSha256)
          .isEqualTo(
              unpaused.adapters().stream()
                  .map(version -> tuple(version.getContentSha256(), version.getStateSha256()))
                  .toList());
      assertThat(pauses(versions.get(0))).isEmpty();
      assertThat(pauses(versions.get(1))).containsExactly(pause(6, 14, 9));
      assertThat(pauses(versions.get(2))).containsExactly(pause(6, 14, 9));
      assertThat(path.aliases())
          .extracting(AliasRecord::getLive, AliasRecord::getCause, AliasRecord::getPaused)
          .containsExactly(
              tuple(1L, "PUBLISH", false),
              tuple(1L, "PAUSE", true),
              tuple(1L, "RESUME", false),
              tuple(2L, "PUBLISH", false),
              tuple(3L, "PUBLISH", false));
      assertThat(path.total("samples", "PAUSED")).isEqualTo(9);
      List<Decision> answers = answers(path);
      assertThat(answers).extracting(Decision::getOutcome).containsOnly("APPLIED");
      assertThat(answers.get(0).getAnswer().getSampleOffset()).isEqualTo(5);
      assertThat(answers.get(1).getCounts()).containsExactly(Map.entry("PAUSED", 9L));
    }
  }

  @Test
  void shouldServeAsOrderedAndStayPausedWhenReset(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      events.next(10).forEach(path::traffic);
      order(path, "c-1", "PAUSE");
      path.command(CommandPathTest.command("c-2", "ROLLBACK", 1L));
      events.next(4).forEach(path::traffic);
      order(path, "c-3", "UNPIN");
      order(path, "c-4", "RESET");
      events.next(4).forEach(path::traffic);
      assertThat(path.adapters()).hasSize(2);
      order(path, "c-5", "RESUME");
      events.next(2).forEach(path::traffic);

      AdapterRecord version = path.adapters().get(0);
      assertThat(version.getVersion()).isEqualTo(3);
      assertThat(version.getProvenance().getOriginOffset()).isEqualTo(8);
      assertThat(version.getProvenance().getSamples()).isEqualTo(4);
      assertThat(pauses(version)).containsExactly(pause(10, 17, 8));
      assertThat(path.aliases())
          .extracting(AliasRecord::getCause, AliasRecord::getPaused)
          .containsExactly(
              tuple("PUBLISH", false),
              tuple("PUBLISH", false),
              tuple("PAUSE", true),
              tuple("ROLLBACK", true),
              tuple("UNPIN", true),
              tuple("ROLLBACK", true),
              tuple("RESUME", false),
              tuple("PUBLISH", false));
    }
  }

  @Test
  void shouldForgetPausesBeforeItsFirstSample(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      events.next(4).forEach(path::traffic);
      order(path, "c-1", "PAUSE");
      events.next(2).forEach(path::traffic);
      order(path, "c-2", "RESUME");
      order(path, "c-3", "RESET");
      events.next(4).forEach(path::traffic);

      assertThat(pauses(path.adapters().get(1))).isEmpty();
      assertThat(path.store("learner-pauses").get(PathDriver.LINEAGE)).isNull();
    }
  }

  @Test
  void shouldDoNothingWhenItIsAsOrderedAlready(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      order(path, "c-0", "PAUSE");
      events.next(1).forEach(path::traffic);
      order(path, "c-1", "RESUME");
      order(path, "c-2", "PAUSE");
      order(path, "c-2", "PAUSE");
      order(path, "c-3", "PAUSE");

      assertThat(answers(path))
          .extracting(Decision::getOutcome, Decision::getReasons)
          .containsExactly(
              tuple("REFUSED", List.of("unknown lineage: it has no learner")),
              tuple("APPLIED", List.of("the lineage is not paused")),
              tuple("APPLIED", List.of()),
              tuple("REPEATED", List.of("the command was applied before")),
              tuple("APPLIED", List.of("the lineage is paused already")));
      assertThat(path.aliases())
          .extracting(AliasRecord::getEpoch, AliasRecord::getLive, AliasRecord::getCause)
          .containsExactly(tuple(1L, 0L, "PAUSE"));
    }
  }

  @Test
  void shouldStayPausedAfterARestartWithNoLearnerInMemory(@TempDir Path folder) {
    List<InferenceEvent> meanwhile = events.next(14).subList(6, 14);
    Map<String, String> oneLive = Map.of("learners.live.max", "1");
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, oneLive)) {
      new Events(PathDriver.LINEAGE, 1).next(6).forEach(path::traffic);
      order(path, "c-1", "PAUSE");
      meanwhile.subList(0, 3).forEach(path::traffic);
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, oneLive)) {
      path.restore(stores, 9);
      meanwhile.subList(3, 5).forEach(path::traffic);
      new Events("fake:other", 2).next(1).forEach(path::traffic);
      order(path, "c-1", "PAUSE");
      assertThat(path.adapters()).isEmpty();
      order(path, "c-2", "RESUME");
      new Events("fake:other", 2).next(1).forEach(path::traffic);
      events.next(2).forEach(path::traffic);

      AdapterRecord version = path.adapters().get(0);
      assertThat(version.getVersion()).isEqualTo(2);
      assertThat(pauses(version)).containsExactly(pause(6, 10, 5));
      assertThat(answers(path))
          .extracting(Decision::getOutcome, Decision::getCounts)
          .containsExactly(tuple("REPEATED", Map.of()), tuple("APPLIED", Map.of("PAUSED", 5L)));
      assertThat(path.written(Topic.DLQ)).isEmpty();
    }
  }

  @Test
  void shouldRefuseMorePausesThanAVersionCanName(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      events.next(1).forEach(path::traffic);
      for (int i = 0; i < 256; i++) {
        order(path, "p-" + i, "PAUSE");
        events.next(1).forEach(path::traffic);
        order(path, "r-" + i, "RESUME");
      }
      path.decisions();
      order(path, "more", "PAUSE");
      assertThat(answers(path))
          .extracting(Decision::getOutcome, Decision::getReasons)
          .containsExactly(
              tuple(
                  "REFUSED",
                  List.of(
                      "expected at most 256 pauses since the learner was at the base model, found"
                          + " as many: reset it")));
      events.next(3).forEach(path::traffic);
      assertThat(pauses(path.adapters().get(0))).hasSize(256);
    }
  }
}
