package dev.meander.replay.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Origin;
import dev.meander.core.wire.Machine;
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
            version.content(),
            version.state(),
            version.base(),
            version.config(),
            version.step(),
            version.samples(),
            version.partition(),
            version.lastOffset(),
            origin,
            machine,
            version.createdAtMillis()));
  }
}
