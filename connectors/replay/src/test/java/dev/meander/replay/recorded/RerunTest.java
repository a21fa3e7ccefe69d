package dev.meander.replay.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Origin;
import dev.meander.core.model.PickyModel;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.Framing;
import dev.meander.core.wire.Machine;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RerunTest {

  private static final LearnerConfig CONFIG = Recording.config(Map.of());
  private static final Machine HERE = Machine.here(new Recording(0).model.spec());

  @Test
  void shouldFindEveryVersionEqualWhenNothingChanged() {
    Recording recording = new Recording(1).drift(10).pause().drift(7).learn(CONFIG);
    Rerun rerun = rerun(recording, CONFIG);
    assertThat(rerun.checks()).hasSize(4).extracting(VersionCheck::verdict).containsOnly(EQUAL);
    assertThat(rerun.checks()).extracting(VersionCheck::version).containsExactly(1L, 2L, 3L, 4L);
    assertThat(rerun.checks()).allMatch(check -> check.hash().equals(check.recomputed()));
    assertThat(rerun.checks()).allMatch(check -> check.reasons().isEmpty());
    assertThat(rerun.unrecorded()).isEmpty();
  }

  @Test
  void shouldLeaveOutWhatWasLeftOutWhileMemoryWasShort() {
    Recording recording = new Recording(1).drift(12);
    recording.leftOut.add(recording.offset(5));
    recording.learn(CONFIG);
    assertThat(rerun(recording, CONFIG).checks())
        .hasSize(3)
        .extracting(VersionCheck::verdict)
        .containsOnly(EQUAL);
    recording.leftOut.add(recording.offset(9));
    List<VersionCheck> checks = rerun(recording, CONFIG).checks();
    assertThat(checks)
        .extracting(VersionCheck::verdict)
        .containsExactly(EQUAL, EQUAL, NOT_COMPARABLE);
    assertThat(checks.get(2).reasons().get(0))
        .isEqualTo("2 samples were left out while memory was short");
    recording.leftOut.clear();
    assertThat(rerun(recording, CONFIG).checks())
        .as("nobody says that any was left out")
        .extracting(VersionCheck::verdict)
        .containsExactly(EQUAL, DIFFERENT, DIFFERENT);
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "a replay on a machine with too little memory for a batch",
      then = "its versions are not comparable, with the reason")
  @Test
  void shouldNotClaimADifferenceWhereMemoryIsShortHere() {
    Recording recording = new Recording(1).drift(8).learn(CONFIG);
    try (PickyModel picky = new PickyModel(recording.model)) {
      picky.throwAlways(() -> new OutOfMemoryError("Java heap space"));
      Rerun rerun = new Rerun(Recording.LINEAGE, CONFIG, picky, recording.writer, recording);
      rerun.run(recording.versions, version -> true);
      assertThat(rerun.checks())
          .hasSize(2)
          .allSatisfy(
              check -> {
                assertThat(check.verdict()).isEqualTo(NOT_COMPARABLE);
                assertThat(check.reasons())
                    .containsExactly(
                        "it takes more memory than there is here: expected memory for a step of 4"
                            + " samples, found too little: the model threw OutOfMemoryError: Java"
                            + " heap space");
              });
    }
  }

  @Test
  void shouldFlushOnEventTimeAsTheLearnerDid() {
    Recording recording = new Recording(1).drift(6).pause().drift(1).learn(CONFIG);
    assertThat(recording.versions)
        .extracting(RecordedVersion::samples)
        .as("the second version is of a batch that was not full")
        .containsExactly(4L, 6L);
    assertThat(rerun(recording, CONFIG).checks())
        .extracting(VersionCheck::verdict)
        .containsExactly(EQUAL, EQUAL);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldFindDifferencesFromTheVersionOnThatAChangedSampleShaped(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Recording recording = new Recording(seed).drift(32).learn(CONFIG);
    int position = random.nextInt(32);
    recording.damage(position, random.nextInt(48));
    List<VersionCheck> checks = rerun(recording, CONFIG).checks();
    int before = position / Recording.BATCH;
    assertThat(checks)
        .as("seed %d, sample %d", seed, position)
        .hasSize(8)
        .extracting(VersionCheck::verdict)
        .containsExactlyElementsOf(verdicts(before, EQUAL, 8 - before, DIFFERENT));
    assertThat(checks.get(before).reasons()).containsExactly("the weights are not equal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"method.learning.rate=0.002", "statistics.keep=0.5", "batch.size=5", "seed=2"})
  void shouldSayThatTheConfigurationIsAnother(String changed) {
    Recording recording = new Recording(3).drift(12).learn(CONFIG);
    LearnerConfig other = Recording.config(Map.of(changed.split("=")[0], changed.split("=")[1]));
    List<VersionCheck> checks = rerun(recording, other).checks();
    if (changed.startsWith("seed")) {
      assertThat(checks)
          .as("a method without chance gives the same, whatever the seed")
          .extracting(VersionCheck::verdict)
          .containsOnly(EQUAL);
      return;
    }
    assertThat(checks).hasSize(3).extracting(VersionCheck::verdict).containsOnly(DIFFERENT);
    assertThat(checks.get(0).reasons())
        .contains("configuration: expected " + CONFIG.digest() + ", found " + other.digest());
  }

  @Test
  void shouldNotClaimADifferenceWhenAnotherMachineMadeIt() {
    Recording recording = new Recording(4).drift(12).learn(CONFIG);
    replace(
        recording,
        1,
        recording.versions.get(1).origin(),
        new Machine("fake", 8, HERE.jvm(), HERE.platform(), HERE.cpu()));
    assertThat(rerun(recording, CONFIG).checks())
        .as("equal bits are equal wherever they were made")
        .extracting(VersionCheck::verdict)
        .containsOnly(EQUAL);
    recording.damage(5, 0);
    List<VersionCheck> checks = rerun(recording, CONFIG).checks();
    assertThat(checks)
        .extracting(VersionCheck::verdict)
        .containsExactly(EQUAL, NOT_COMPARABLE, NOT_COMPARABLE);
    assertThat(checks.get(2).reasons())
        .containsExactly(
            "version 2 was made with another engine threads: expected \"8\", found \"1\"",
            "the weights are not equal");
  }

  @Test
  void shouldSayWhichSamplesAreGone() {
    Recording recording = new Recording(5).drift(12).learn(CONFIG);
    recording.forgetBefore(recording.offset(1));
    List<VersionCheck> checks = rerun(recording, CONFIG).checks();
    assertThat(checks).hasSize(3).extracting(VersionCheck::verdict).containsOnly(MISSING);
    assertThat(checks.get(2).reasons())
        .containsExactly(
            "expected samples from offset 3, found them from offset "
                + recording.offset(1)
                + " on");
    assertThat(checks.get(2).recomputed()).isNull();
  }

  @Test
  void shouldSayThatTheLogEndsTooEarly() {
    Recording recording = new Recording(5).drift(12).learn(CONFIG);
    recording.loseFrom(recording.offset(9));
    List<VersionCheck> checks = rerun(recording, CONFIG).checks();
    assertThat(checks).extracting(VersionCheck::verdict).containsExactly(EQUAL, EQUAL, MISSING);
    assertThat(checks.get(2).reasons())
        .containsExactly(
            "expected samples up to offset "
                + recording.offset(11)
                + ", found them up to offset "
                + (recording.offset(9) - 1));
  }

  @Test
  void shouldSayThatAnOldRecordNamesNoBeginning() {
    Recording recording = new Recording(5).drift(4).learn(CONFIG);
    replace(recording, 0, new Origin(-1, 0), HERE);
    assertThat(rerun(recording, CONFIG).checks())
        .containsExactly(
            new VersionCheck(
                1,
                recording.versions.get(0).content().hex(),
                null,
                MISSING,
                List.of("the record does not say at which offset its learner began")));
  }

  @Test
  void shouldPassOverWhatFellIntoAPauseWhenRecomputed() {
    Recording recording = new Recording(12).drift(10).pause().drift(9).learnPaused(CONFIG, 6, 5);
    assertThat(rerun(recording, CONFIG).checks())
        .hasSize(4)
        .extracting(VersionCheck::verdict)
        .containsOnly(Equality.EQUAL);
    assertThat(recording.versions.get(0).pauses()).isEmpty();
    assertThat(recording.versions.get(3).pauses()).hasSize(1);
  }

  @Test
  void shouldBeginAgainWhereTheLearnerDid() {
    Recording recording = new Recording(6).drift(8).learn(CONFIG);
    long restart = recording.nextOffset();
    recording.drift(8).learn(CONFIG, restart, 2);
    recording.forgetBefore(restart);
    assertThat(rerun(recording, CONFIG).checks())
        .extracting(VersionCheck::version, VersionCheck::verdict)
        .containsExactly(
            tuple(1L, MISSING), tuple(2L, MISSING), tuple(3L, EQUAL), tuple(4L, EQUAL));
  }

  @Test
  void shouldBeginAgainWhereAResetPutTheLearnerAmidABatch() {
    Recording recording = new Recording(9).drift(20);
    recording.learnResetBefore(CONFIG, recording.offset(10));
    assertThat(recording.versions)
        .as("the samples that waited at the reset are the first that the fresh learner uses")
        .extracting(RecordedVersion::number, RecordedVersion::origin)
        .containsExactly(
            tuple(1L, new Origin(recording.offset(0), 0)),
            tuple(2L, new Origin(recording.offset(0), 0)),
            tuple(3L, new Origin(recording.offset(8), 2)),
            tuple(4L, new Origin(recording.offset(8), 2)),
            tuple(5L, new Origin(recording.offset(8), 2)));
    assertThat(rerun(recording, CONFIG).checks())
        .hasSize(5)
        .extracting(VersionCheck::verdict)
        .containsOnly(EQUAL);
  }

  @Test
  void shouldFollowTheFramesOfTheLog() {
    Framing.Config changes = new Framing.Config(Recording.FLOAT32, 4, 1);
    Recording recording = new Recording(10, changes).drift(40);
    recording.wholeNext.add(3L);
    recording.tooLarge.add(6L);
    recording.learn(CONFIG);
    assertThat(recording.versions)
        .as("3 is whole because the log lost its parent, 8 is the fifth since, 6 was held")
        .extracting(RecordedVersion::number, RecordedVersion::parent, RecordedVersion::frame)
        .containsExactly(
            tuple(1L, 0L, "KEY"),
            tuple(2L, 1L, "DELTA"),
            tuple(3L, 2L, "KEY"),
            tuple(4L, 3L, "DELTA"),
            tuple(5L, 4L, "DELTA"),
            tuple(7L, 5L, "DELTA"),
            tuple(8L, 7L, "KEY"),
            tuple(9L, 8L, "DELTA"),
            tuple(10L, 9L, "DELTA"));
    assertThat(rerun(recording, CONFIG).checks())
        .hasSize(9)
        .extracting(VersionCheck::verdict)
        .containsOnly(EQUAL);
    recording.versions.remove(3);
    Rerun rerun = rerun(recording, CONFIG);
    assertThat(rerun.checks())
        .as("version 4 was removed from the log, which changes nothing of those after it")
        .hasSize(8)
        .extracting(VersionCheck::verdict)
        .containsOnly(EQUAL);
    assertThat(rerun.unrecorded()).containsExactly(4L);
  }

  @Test
  void shouldSayThatOnlyTheEncodingIsAnother() {
    Recording recording = new Recording(11).drift(4).learn(CONFIG);
    AdapterWriter half =
        new AdapterWriter(
            recording.model.spec(), CodecChoice.configured("float16", "compeft", 0.5, 0.01));
    Rerun rerun = new Rerun(Recording.LINEAGE, CONFIG, recording.model, half, recording);
    rerun.run(recording.versions, version -> true);
    assertThat(rerun.checks().get(0).verdict()).isEqualTo(DIFFERENT);
    assertThat(rerun.checks().get(0).reasons())
        .containsExactly(
            "the learner's state is equal, what nodes decode is not: expected a KEY frame of"
                + " float32, found a KEY frame of float16");
  }

  @Test
  void shouldNeedNoVersionButTheOneItRecomputes() {
    Recording recording = new Recording(7).drift(20).learn(CONFIG);
    RecordedVersion fourth = recording.versions.get(3);
    Rerun rerun =
        new Rerun(Recording.LINEAGE, CONFIG, recording.model, recording.writer, recording);
    rerun.run(List.of(fourth), version -> true);
    assertThat(rerun.checks()).extracting(VersionCheck::verdict).containsExactly(EQUAL);
    assertThat(rerun.unrecorded()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void shouldSayThatNoSuchVersionCameOut() {
    Recording recording = new Recording(8).drift(8).learn(CONFIG);
    LearnerConfig rarely = Recording.config(Map.of("publish.every.steps", "2"));
    List<VersionCheck> checks = rerun(recording, rarely).checks();
    assertThat(checks.get(0).reasons())
        .contains(
            "expected it after 4 samples up to offset "
                + recording.offset(3)
                + ", found it after 8 up to offset "
                + recording.offset(7));
    assertThat(checks.get(1).recomputed()).isNull();
    assertThat(checks.get(1).reasons())
        .contains("expected it after 8 samples, found no such version after 8 samples in 2 steps");
  }

  private static final Equality EQUAL = Equality.EQUAL;
  private static final Equality DIFFERENT = Equality.DIFFERENT;
  private static final Equality NOT_COMPARABLE = Equality.NOT_COMPARABLE;
  private static final Equality MISSING = Equality.MISSING;

  private static List<Equality> verdicts(
      int first, Equality verdict, int then, Equality thenVerdict) {
    List<Equality> all = new ArrayList<>(Collections.nCopies(first, verdict));
    all.addAll(Collections.nCopies(then, thenVerdict));
    return all;
  }

  private static Rerun rerun(Recording recording, LearnerConfig config) {
    Rerun rerun =
        new Rerun(Recording.LINEAGE, config, recording.model, recording.writer, recording);
    rerun.run(recording.versions, version -> true);
    return rerun;
  }

  private static void replace(Recording recording, int index, Origin origin, Machine machine) {
    RecordedVersion version = recording.versions.get(index);
    recording.versions.set(
        index,
        new RecordedVersion(
            version.number(),
            version.parent(),
            version.frame(),
            version.codec(),
            version.content(),
            version.state(),
            version.base(),
            version.config(),
            version.step(),
            version.samples(),
            version.partition(),
            version.lastOffset(),
            origin,
            version.pauses(),
            machine,
            version.createdAtMillis()));
  }
}
