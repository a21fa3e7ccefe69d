package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.InferenceEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands between samples: what they do, how they are answered, what is no command. */
class CommandPathTest {

  private final Events events = new Events(PathDriver.LINEAGE, 1);

  static Command command(String id, String kind, @Nullable Long version) {
    return Command.newBuilder()
        .setId(id)
        .setLineage(PathDriver.LINEAGE)
        .setKind(kind)
        .setVersion(version)
        .setWho("ada")
        .setWhy("errors rose")
        .setTime(PathDriver.NOW)
        .build();
  }

  private void publish(PathDriver path, int versions) {
    events.next(4 * versions).forEach(path::traffic);
  }

  private static List<Decision> answers(PathDriver path) {
    return path.decisions().stream()
        .filter(decision -> decision.getStage().equals("command"))
        .toList();
  }

  private static Decision answer(PathDriver path) {
    List<Decision> answers = answers(path);
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  @Test
  void shouldServeAnOlderVersionAndKeepItWhenRolledBack(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      publish(path, 3);
      path.aliases();
      path.command(command("c-1", "ROLLBACK", 1L));
      publish(path, 1);

      List<AliasRecord> aliases = path.aliases();
      assertThat(aliases).hasSize(1);
      AliasRecord alias = aliases.get(0);
      assertThat(alias.getLive()).isEqualTo(1);
      assertThat(alias.getPrevious()).isEqualTo(3);
      assertThat(alias.getEpoch()).isEqualTo(4);
      assertThat(alias.getCause()).isEqualTo("ROLLBACK");
      assertThat(alias.getReason()).isEqualTo("errors rose");
      assertThat(alias.getCommand()).isEqualTo("c-1");
      assertThat(alias.getPinned()).isTrue();
      assertThat(path.adapters()).extracting(AdapterRecord::getVersion).endsWith(4L);
      Decision answer = answer(path);
      assertThat(answer.getOutcome()).isEqualTo("APPLIED");
      assertThat(answer.getVersion()).isEqualTo(1);
      assertThat(answer.getReasons()).isEmpty();
      assertThat(answer.getAnswer().getCommand()).isEqualTo("c-1");
      assertThat(answer.getAnswer().getKind()).isEqualTo("ROLLBACK");
      assertThat(answer.getAnswer().getEpoch()).isEqualTo(4);
      assertThat(path.total("commands", "APPLIED")).isEqualTo(1);
    }
  }

  @Test
  void shouldFollowAgainWhenUnpinned(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      publish(path, 1);
      path.command(command("c-1", "PIN", null));
      publish(path, 1);
      path.command(command("c-2", "UNPIN", null));
      path.command(command("c-3", "PROMOTE", null));
      publish(path, 1);

      assertThat(path.aliases())
          .extracting(AliasRecord::getLive, AliasRecord::getCause, AliasRecord::getPinned)
          .containsExactly(
              tuple(1L, "PUBLISH", false),
              tuple(1L, "PIN", true),
              tuple(1L, "UNPIN", false),
              tuple(2L, "PROMOTE", false),
              tuple(3L, "PUBLISH", false));
      assertThat(answers(path)).extracting(Decision::getOutcome).containsOnly("APPLIED");
    }
  }

  @Test
  void shouldDoNothingWhenACommandComesAgain(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      publish(path, 2);
      path.command(command("c-1", "ROLLBACK", 1L));
      path.command(command("c-2", "UNPIN", null));
      publish(path, 1);
      path.aliases();
      path.command(command("c-1", "ROLLBACK", 1L));
      path.command(command("c-3", "UNPIN", null));

      assertThat(path.aliases()).isEmpty();
      assertThat(answers(path))
          .extracting(Decision::getOutcome, Decision::getReasons)
          .containsExactly(
              tuple("APPLIED", List.of()),
              tuple("APPLIED", List.of()),
              tuple("REPEATED", List.of("the command was applied before")),
              tuple("APPLIED", List.of("no version is pinned")));
    }
  }

  @Test
  void shouldExplainWhatItRefuses(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      publish(path, 1);
      path.aliases();
      path.command(command("c-1", "ROLLBACK", 7L));
      path.command(Command.newBuilder(command("c-2", "PIN", null)).setLineage("fake:x").build());
      path.command(Command.newBuilder(command("c-3", "RESET", null)).setLineage("fake:x").build());
      path.command(Command.newBuilder(command("c-4", "PIN", null)).setLineage("b:global").build());

      assertThat(path.aliases()).isEmpty();
      assertThat(answers(path))
          .extracting(Decision::getOutcome, Decision::getReasons)
          .containsExactly(
              tuple(
                  "REFUSED",
                  List.of(
                      "unknown version: expected at most version 1, the newest, found version 7")),
              tuple("REFUSED", List.of("unknown lineage: it has published no version yet")),
              tuple("REFUSED", List.of("unknown lineage: it has no learner")),
              tuple(
                  "REFUSED",
                  List.of("unknown lineage: expected one of model fake, found b:global")));
      assertThat(path.written(Topic.DLQ)).isEmpty();
    }
  }

  @Test
  void shouldLearnFromTheBaseModelAgainWhenReset(@TempDir Path folder, @TempDir Path other) {
    List<InferenceEvent> before = events.next(10);
    List<InferenceEvent> after = events.next(6);
    try (PathDriver path = new PathDriver(folder, Map.of());
        PathDriver fresh = new PathDriver(other, Map.of())) {
      before.forEach(path::traffic);
      path.aliases();
      path.command(command("c-1", "RESET", null));
      after.forEach(path::traffic);
      before.subList(8, 10).forEach(fresh::traffic);
      after.forEach(fresh::traffic);

      List<AdapterRecord> versions = path.adapters();
      List<AdapterRecord> expected = fresh.adapters();
      assertThat(versions).extracting(AdapterRecord::getVersion).containsExactly(1L, 2L, 3L, 4L);
      assertThat(versions).extracting(AdapterRecord::getParent).containsExactly(0L, 1L, 0L, 3L);
      assertThat(versions.subList(2, 4))
          .extracting(AdapterRecord::getContentSha256)
          .isEqualTo(expected.stream().map(AdapterRecord::getContentSha256).toList());
      assertThat(versions.get(2).getProvenance().getSamples()).isEqualTo(4);
      assertThat(versions.get(2).getProvenance().getFirstOffset()).isEqualTo(8);
      assertThat(versions.get(2).getProvenance().getStep()).isEqualTo(1);
      assertThat(versions.get(3).getProvenance().getOriginOffset()).isEqualTo(8);
      assertThat(versions.get(3).getProvenance().getOriginVersion()).isEqualTo(2);
      assertThat(path.aliases())
          .extracting(AliasRecord::getLive, AliasRecord::getCause)
          .containsExactly(tuple(0L, "ROLLBACK"), tuple(3L, "PUBLISH"), tuple(4L, "PUBLISH"));
      Decision answer = answer(path);
      assertThat(answer.getOutcome()).isEqualTo("APPLIED");
      assertThat(answer.getAnswer().getSampleOffset()).isEqualTo(9);
      assertThat(answer.getAnswer().getSamplesPartition()).isZero();
    }
  }

  @Test
  void shouldMakeWhatAReplayFromItsOriginMakesWhenReset(@TempDir Path folder) {
    List<InferenceEvent> all = events.next(16);
    try (PathDriver path = new PathDriver(folder, Map.of());
        AdaptableModel model = new FakeProvider().open(path.config.model())) {
      all.subList(0, 10).forEach(path::traffic);
      path.command(command("c-1", "RESET", null));
      all.subList(10, 16).forEach(path::traffic);
      List<String> after = path.versions().subList(2, 4);

      Learner replayed =
          new Learner(LineageId.parse(PathDriver.LINEAGE), path.config.learner(), model);
      replayed.numberAfter(2);
      EventReader reader = new EventReader(path.base.spec());
      List<String> versions = new ArrayList<>();
      for (int offset = 8; offset < 16; offset++) {
        EventReading.Usable usable = (EventReading.Usable) reader.read(all.get(offset), 1, offset);
        for (Step step : replayed.offer(usable.sample(), model)) {
          Version version = Objects.requireNonNull(step.version());
          versions.add(
              "fake:global/"
                  + version.id().number()
                  + " "
                  + version.id().content()
                  + " "
                  + version.stateHash());
        }
      }
      assertThat(after).hasSize(2).isEqualTo(versions);
    }
  }

  @Test
  void shouldResetALearnerThatWaitsInTheStore(@TempDir Path folder) {
    Map<String, String> oneLive = Map.of("learners.live.max", "1");
    try (PathDriver path = new PathDriver(folder, oneLive)) {
      publish(path, 1);
      events.next(2).forEach(path::traffic);
      new Events("fake:other", 2).next(2).forEach(path::traffic);
      path.command(command("c-1", "RESET", null));
      events.next(2).forEach(path::traffic);

      assertThat(path.adapters()).extracting(AdapterRecord::getParent).containsExactly(0L, 0L);
      assertThat(answer(path).getAnswer().getSampleOffset()).isEqualTo(5);
    }
  }

  @Test
  void shouldGoOnAfterARestartAsCommanded(@TempDir Path folder) {
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      publish(path, 2);
      path.command(command("c-1", "ROLLBACK", 1L));
      path.command(command("c-2", "RESET", null));
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.restore(stores, 8);
      path.command(command("c-2", "RESET", null));
      publish(path, 1);

      assertThat(path.aliases()).isEmpty();
      assertThat(path.adapters())
          .extracting(AdapterRecord::getVersion, AdapterRecord::getParent)
          .containsExactly(tuple(3L, 0L));
      assertThat(answer(path).getOutcome()).isEqualTo("REPEATED");
    }
  }

  @Test
  void shouldRemoveOldVersionsFromTheLogButNotTheServedOnes(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of("publish.versions.kept", "2"))) {
      publish(path, 3);
      assertThat(keys(path)).containsExactly("1", "2", "3", "-1");
      path.command(command("c-1", "ROLLBACK", 2L));
      publish(path, 3);
      assertThat(keys(path)).containsExactly("4", "5", "6", "-4");
      path.command(command("c-2", "UNPIN", null));
      publish(path, 2);
      path.command(command("c-3", "RETIRE", 6L));
      assertThat(keys(path)).containsExactly("7", "-3", "-5", "8", "-2", "-6");
      path.command(command("c-4", "RETIRE", 6L));
      path.command(command("c-5", "RETIRE", 8L));
      path.command(command("c-6", "ROLLBACK", 1L));
      assertThat(keys(path)).isEmpty();
      assertThat(answers(path))
          .extracting(Decision::getOutcome, Decision::getReasons)
          .endsWith(
              tuple("APPLIED", List.of("version 6 is not on the log")),
              tuple("REFUSED", List.of("version 8 is live")),
              tuple("REFUSED", List.of("retired version: version 1 is no longer on the log")));
      assertThat(path.total("versions", "RETIRED")).isEqualTo(6);
    }
  }

  @Test
  void shouldRemoveTheChunksOfAVersionTooAndItsOwnRecordFirst(@TempDir Path folder) {
    Map<String, String> small =
        Map.of("publish.versions.kept", "2", "publish.chunk.bytes", "64", "batch.size", "4");
    try (PathDriver path = new PathDriver(folder, small)) {
      publish(path, 3);
      List<String> keys = keys(path);
      List<String> ofFirst = keys.stream().filter(key -> key.matches("1(/[0-9]+)?")).toList();
      List<String> removed = keys.stream().filter(key -> key.startsWith("-")).toList();
      assertThat(ofFirst).hasSizeGreaterThan(2);
      assertThat(removed).first().isEqualTo("-1");
      assertThat(removed.stream().map(key -> key.substring(1)))
          .containsExactlyInAnyOrderElementsOf(ofFirst);
    }
  }

  /** Versions and chunks written, and with a minus those removed. */
  private static List<String> keys(PathDriver path) {
    return path.written(Topic.ADAPTERS).stream()
        .map(
            record ->
                (record.value() == null ? "-" : "")
                    + text(record.key()).substring(PathDriver.LINEAGE.length() + 1))
        .toList();
  }

  @Test
  void shouldLayAsideWhatIsNoCommand(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      Command good = command("c-1", "PIN", null);
      byte[] key = PathDriver.bytes(PathDriver.LINEAGE);
      path.command(key, null);
      path.command(key, new byte[] {0, 0, 0, 0});
      path.command(Command.newBuilder(good).setKind("EXPLODE").build());
      path.command(Command.newBuilder(good).setId("a b").build());
      path.command(Command.newBuilder(good).setLineage("nothing").build());
      path.command(Command.newBuilder(good).setVersion(-2L).build());
      path.command(
          PathDriver.bytes("fake:x"), path.serdes.serialize(path.config.topics().commands(), good));
      path.command(null, path.serdes.serialize(path.config.topics().commands(), good));

      List<TestRecord<byte[], byte[]>> letters = path.written(Topic.DLQ);
      assertThat(letters)
          .extracting(letter -> DeadLetter.read(letter.headers()).orElseThrow())
          .extracting(DeadLetter::reason, DeadLetter::message, DeadLetter::topic)
          .containsExactly(
              letter(RejectReason.UNDECODABLE, "expected a value on meander.commands, found none"),
              letter(
                  RejectReason.UNDECODABLE,
                  "expected at least 5 bytes on meander.commands, found 4"),
              letter(
                  RejectReason.UNKNOWN_COMMAND,
                  "expected a kind of [ROLLBACK, PROMOTE, PIN, UNPIN, PAUSE, RESUME, RESET,"
                      + " RETIRE], found \"EXPLODE\""),
              letter(
                  RejectReason.UNKNOWN_COMMAND,
                  "expected an id of 1 to 64 letters, digits, '.', '_', ':' or '-', found \"a b\""),
              letter(
                  RejectReason.UNKNOWN_LINEAGE,
                  "expected a lineage written model:scope, found \"nothing\""),
              letter(RejectReason.OUT_OF_RANGE, "expected a version >= 0, found -2"),
              letter(RejectReason.UNKNOWN_LINEAGE, "expected the key fake:global, found fake:x"),
              letter(RejectReason.UNKNOWN_LINEAGE, "expected the key fake:global, found none"));
      assertThat(letters)
          .extracting(TestRecord::timestamp)
          .containsOnly(PathDriver.NOW.toEpochMilli());
      assertThat(answers(path)).isEmpty();
      publish(path, 1);
      assertThat(path.adapters()).hasSize(1);
    }
  }

  private static org.assertj.core.groups.Tuple letter(RejectReason reason, String message) {
    return tuple(reason, message, "meander.commands");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
