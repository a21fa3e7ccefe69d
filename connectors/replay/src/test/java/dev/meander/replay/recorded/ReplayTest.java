package dev.meander.replay.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.learner.LearnerConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final LearnerConfig CONFIG = Recording.config(Map.of());

  @Test
  void shouldReportVersionsAndOtherConfigurationsTogether() {
    Recording recording = new Recording(1).drift(18).learn(CONFIG);
    LearnerConfig larger = Recording.config(Map.of("batch.size", "8"));
    ReplayReport report =
        replay(recording)
            .run(
                recording.versions,
                version -> version.number() > 1,
                ReplayRange.ALL,
                List.of(
                    rehearsal(recording, "same", CONFIG), rehearsal(recording, "larger", larger)),
                List.of("a note"));
    assertThat(report.lineage()).isEqualTo("fake:global");
    assertThat(report.config()).isEqualTo(CONFIG.digest().hex());
    assertThat(report.versions()).extracting(VersionCheck::version).containsExactly(2L, 3L, 4L);
    assertThat(
            List.of(report.equal(), report.different(), report.notComparable(), report.missing()))
        .containsExactly(3L, 0L, 0L, 0L);
    assertThat(report.unrecorded()).isEmpty();
    assertThat(report.notes()).containsExactly("a note");

    ReplayRun same = report.runs().get(0);
    assertThat(same.versions())
        .extracting(ReplayRun.RunVersion::hash)
        .containsExactlyElementsOf(
            recording.versions.stream().map(version -> version.content().hex()).toList());
    assertThat(same.adapted()).isEqualTo(16);
    assertThat(same.waiting()).isEqualTo(2);
    assertThat(same.steps()).isEqualTo(4);
    ReplayRun other = report.runs().get(1);
    assertThat(other.name()).isEqualTo("larger");
    assertThat(other.method()).isEqualTo("tent");
    assertThat(other.scenario()).isEqualTo("recorded");
    assertThat(other.versions()).hasSize(2);
    assertThat(other.meanEntropy()).isPositive().isLessThan(Math.log(5));
    assertThat(other.changedAnswers()).isCloseTo(0.8, within(0.25));
  }

  @Test
  void shouldShowOtherConfigurationsOnlyTheRange() {
    Recording recording = new Recording(2).drift(20).learn(CONFIG);
    ReplayRange middle =
        new ReplayRange(recording.offset(4), recording.offset(11), Long.MIN_VALUE, Long.MAX_VALUE);
    ReplayReport report =
        replay(recording)
            .run(
                recording.versions,
                version -> middle.includes(version.lastOffset(), version.createdAtMillis()),
                middle,
                List.of(rehearsal(recording, "same", CONFIG)),
                List.of());
    assertThat(report.versions()).extracting(VersionCheck::version).containsExactly(2L, 3L);
    assertThat(report.runs().get(0).adapted()).isEqualTo(8);
    assertThat(report.runs().get(0).versions())
        .extracting(ReplayRun.RunVersion::lastOffset)
        .containsExactly(recording.offset(7), recording.offset(11));
  }

  @Test
  void shouldSayNothingOfARunWithoutSamples() {
    Recording recording = new Recording(3).drift(4).learn(CONFIG);
    ReplayRun run = rehearsal(recording, "none", CONFIG).result();
    assertThat(run.meanEntropy()).isNull();
    assertThat(run.changedAnswers()).isNull();
    assertThat(run.versions()).isEmpty();
  }

  @Test
  void shouldTakeInWhatLiesWithinOffsetsAndTimes() {
    ReplayRange range = new ReplayRange(3, 5, 100, 200);
    assertThat(range.includes(3, 100)).isTrue();
    assertThat(range.includes(5, 200)).isTrue();
    assertThat(range.includes(2, 150)).isFalse();
    assertThat(range.includes(6, 150)).isFalse();
    assertThat(range.includes(4, 99)).isFalse();
    assertThat(range.includes(4, 201)).isFalse();
    assertThat(ReplayRange.ALL.includes(0, -1)).isTrue();
  }

  private static Replay replay(Recording recording) {
    return new Replay(Recording.LINEAGE, CONFIG, recording.model, recording.writer, recording);
  }

  private static Rehearsal rehearsal(Recording recording, String name, LearnerConfig config) {
    return new Rehearsal(name, Recording.LINEAGE, config, recording.model, recording.writer);
  }
}
