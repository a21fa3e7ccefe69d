package dev.meander.kit.guarantee;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.guarantee.Observation.AliasMoved;
import dev.meander.kit.guarantee.Observation.Answered;
import dev.meander.kit.guarantee.Observation.Counted;
import dev.meander.kit.guarantee.Observation.Held;
import dev.meander.kit.guarantee.Observation.Judged;
import dev.meander.kit.guarantee.Observation.LaidAside;
import dev.meander.kit.guarantee.Observation.Ordered;
import dev.meander.kit.guarantee.Observation.Published;
import dev.meander.kit.guarantee.Observation.Received;
import dev.meander.kit.guarantee.Observation.Retired;
import dev.meander.kit.guarantee.Observation.Sampled;
import dev.meander.kit.guarantee.Observation.Served;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each law lets a sound run pass and stops at a run that breaks it. */
class GuaranteesTest {

  private static final String LINEAGE = "m:a";
  private static final int BATCH = 2;
  private static final int VERSIONS = 3;

  /** Three versions of two samples each; a commit takes every third offset. */
  private static List<Observation> sound() {
    List<Observation> run = new ArrayList<>();
    for (int version = 1; version <= VERSIONS; version++) {
      run.add(new Received(0, 10L * version + 5, "certain"));
      for (int i = 0; i < BATCH; i++) {
        run.add(new Received(0, 10L * version + i, "event"));
        run.add(new Sampled(LINEAGE, 1, offset(version, i), 0, 10L * version + i));
      }
      run.add(counted((long) version * BATCH, version));
      run.add(new Judged(LINEAGE, "HOLD", false, version - 1));
      run.add(new Judged(LINEAGE, "PROMOTE", true, version));
      run.add(published(version));
      run.add(new AliasMoved(LINEAGE, version, version, false));
      run.add(new Served("node", LINEAGE, version));
    }
    run.add(new Received(0, 50, "no event"));
    run.add(new LaidAside(0, 50, "no event"));
    run.add(new Ordered(LINEAGE, "c"));
    run.add(new Ordered(LINEAGE, "c"));
    run.add(new Answered(LINEAGE, "c", true));
    run.add(new Answered(LINEAGE, "c", false));
    run.add(new Retired(LINEAGE, 1));
    return run;
  }

  private static Counted counted(long admitted, long certain) {
    return new Counted(
        LINEAGE, 0, Map.of("ADMITTED", admitted, "CERTAIN", certain, "DEAD_LETTER", 1L));
  }

  private static long offset(int version, int i) {
    return 3L * (version - 1) + i;
  }

  private static Published published(int version) {
    return new Published(
        LINEAGE,
        version,
        version - 1,
        "content " + version,
        "state " + version,
        1,
        offset(version, 0),
        offset(version, BATCH - 1),
        (long) version * BATCH);
  }

  private static Arguments breaking(
      String message, UnaryOperator<Observation> change, Observation... added) {
    return Arguments.of(message, change, List.of(added));
  }

  private static UnaryOperator<Observation> replace(Observation old, Observation now) {
    return seen -> seen.equals(old) ? now : seen;
  }

  private static UnaryOperator<Observation> same() {
    return seen -> seen;
  }

  static List<Arguments> brokenRuns() {
    return Stream.of(brokenVersions(), brokenSamples(), brokenRecords())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Arguments> brokenVersions() {
    Published second = published(2);
    return List.of(
        breaking("expected version 2 of m:a, found version 1", replace(second, published(1))),
        breaking("expected version 4 of m:a, found version 3", same(), published(3)),
        breaking(
            "expected version 4 of m:a, found none, and no reason",
            same(),
            new Judged(LINEAGE, "PROMOTE", true, 5),
            new Published(LINEAGE, 5, 3, "c", "s", 1, 9, 9, 7),
            new Received(0, 40, "event"),
            new Sampled(LINEAGE, 1, 9, 0, 40),
            counted(7, 3),
            alias(4, 5, false)),
        breaking("expected parent 1 of version 2 of m:a, found 0", replace(second, of(second, 0))),
        breaking("expected parent 1 of version 2 of m:a, found 5", replace(second, of(second, 5))),
        breaking(
            "expected epoch 2 of m:a, found 3", replace(alias(2, 2, false), alias(3, 2, false))),
        breaking("expected a live version of m:a above 3, found 2", same(), alias(4, 2, false)),
        breaking(
            "expected a published version of m:a at epoch 4, found 4", same(), alias(4, 4, false)),
        breaking(
            "expected an alias of m:b, found none",
            same(),
            new Published("m:b", 1, 0, "c", "s", 2, 0, 0, 1),
            new Judged("m:b", "PROMOTE", true, 1),
            new Received(1, 0, "event"),
            new Sampled("m:b", 2, 0, 1, 0),
            new Counted("m:b", 1, Map.of("ADMITTED", 1L))));
  }

  private static List<Arguments> brokenSamples() {
    Published second = published(2);
    return List.of(
        breaking(
            "expected a sample of m:a of traffic partition 0 from an event after 31, found 31",
            same(),
            new Sampled(LINEAGE, 1, 9, 0, 31)),
        breaking(
            "expected the samples of version 2 of m:a to begin at offset 3, found 4",
            replace(second, over(second, 4, 4, 4))),
        breaking(
            "expected the samples of version 2 of m:a to begin at offset 3, found 1",
            replace(second, over(second, 1, 4, 4))),
        breaking(
            "expected the samples of version 2 of m:a to end at a sample's offset, found 5",
            replace(second, over(second, 3, 5, 4))),
        breaking(
            "expected 4 samples behind version 2 of m:a, found 5",
            replace(second, over(second, 3, 4, 5))),
        breaking(
            "expected verdicts for the versions {m:a=[1, 2, 3]}, found them for {m:a=[1, 3]}",
            replace(
                new Judged(LINEAGE, "PROMOTE", true, 2), new Judged(LINEAGE, "HOLD", false, 2))),
        breaking(
            "expected verdicts for the versions {m:a=[1, 2, 3]}, found them for {m:a=[1, 2, 3, 3]}",
            same(),
            new Judged(LINEAGE, "PROMOTE", true, 3)),
        breaking("expected at least 6 ADMITTED of m:a, found 5", same(), counted(5, 3)),
        breaking(
            "expected 7 ADMITTED of m:a in 0, found 6", same(), new Sampled(LINEAGE, 1, 9, 0, 40)));
  }

  private static List<Arguments> brokenRecords() {
    return List.of(
        breaking(
            "expected 11 records judged or laid aside, found 9 judged and 1 laid aside",
            same(),
            new Received(0, 60, "event")),
        breaking(
            "expected one dead letter of traffic 0/50, found another",
            same(),
            new LaidAside(0, 50, "no event")),
        breaking(
            "expected a dead letter of traffic 0/50 to hold no event, found half of it",
            replace(new LaidAside(0, 50, "no event"), new LaidAside(0, 50, "half of it"))),
        breaking(
            "expected a dead letter of traffic 0/51 to hold no such record, found event",
            same(),
            new LaidAside(0, 51, "event")),
        breaking(
            "expected a sample or a dead letter of traffic 0/30, found both",
            same(),
            new LaidAside(0, 30, "event")),
        breaking(
            "expected command c of m:a to act once, found it twice",
            same(),
            new Answered(LINEAGE, "c", true)),
        breaking(
            "expected answers to {c of m:a=2, d of m:a=1}, found them to {c of m:a=2}",
            same(),
            new Ordered(LINEAGE, "d")),
        breaking(
            "expected version 1 of m:a to be removed once, found it twice",
            same(),
            new Retired(LINEAGE, 1)),
        breaking(
            "expected only published versions of m:a to be removed, found 4",
            same(),
            new Retired(LINEAGE, 4)),
        breaking(
            "expected version 3 of m:a, which is live, found it removed",
            same(),
            new Retired(LINEAGE, 3)),
        breaking(
            "expected node to serve a published version of m:a, found 4",
            same(),
            new Served("node", LINEAGE, 4)),
        breaking(
            "expected node to serve version 3 of m:a or a newer one, found 2",
            same(),
            new Served("node", LINEAGE, 2)));
  }

  private static Published of(Published version, long parent) {
    return new Published(
        version.lineage(),
        version.number(),
        parent,
        version.content(),
        version.state(),
        version.partition(),
        version.firstOffset(),
        version.lastOffset(),
        version.samples());
  }

  private static Published over(Published version, long first, long last, long samples) {
    return new Published(
        version.lineage(),
        version.number(),
        version.parent(),
        version.content(),
        version.state(),
        version.partition(),
        first,
        last,
        samples);
  }

  private static AliasMoved alias(long epoch, long live, boolean rollback) {
    return new AliasMoved(LINEAGE, epoch, live, rollback);
  }

  @Test
  void shouldLetASoundRunPass() {
    assertThatCode(() -> Guarantees.ofLearning("run").observeAll(sound()))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldLetAVersionBeHeldWhenADecisionSaysSo() {
    List<Observation> run = sound();
    run.add(new Judged(LINEAGE, "PROMOTE", true, 4));
    run.add(new Held(LINEAGE, 4));
    run.add(new Received(0, 40, "event"));
    run.add(new Sampled(LINEAGE, 1, 9, 0, 40));
    run.add(counted(7, 3));
    run.add(new Judged(LINEAGE, "PROMOTE", true, 5));
    run.add(new Published(LINEAGE, 5, 3, "c", "s", 1, 9, 9, 7));
    run.add(alias(4, 5, false));
    assertThatCode(() -> Guarantees.ofLearning("run").observeAll(run)).doesNotThrowAnyException();
  }

  @Test
  void shouldLetALearnerGoOnFromAVersionThatWasRolledBackTo() {
    List<Observation> run = sound();
    run.add(alias(4, 1, true));
    run.add(new Received(0, 40, "event"));
    run.add(new Sampled(LINEAGE, 1, 9, 0, 40));
    run.add(counted(7, 3));
    run.add(new Judged(LINEAGE, "PROMOTE", true, 4));
    run.add(new Published(LINEAGE, 4, 1, "c", "s", 1, 9, 9, 7));
    run.add(alias(5, 4, false));
    assertThatCode(() -> Guarantees.ofLearning("run").observeAll(run)).doesNotThrowAnyException();
  }

  @Test
  void shouldLetALearnerStartAgainAtTheBaseModel() {
    List<Observation> run = sound();
    run.add(alias(4, 0, true));
    run.add(new Received(0, 40, "event"));
    run.add(new Received(0, 41, "event"));
    run.add(new Sampled(LINEAGE, 1, 9, 0, 40));
    run.add(new Sampled(LINEAGE, 1, 10, 0, 41));
    run.add(counted(8, 3));
    run.add(new Judged(LINEAGE, "PROMOTE", true, 4));
    run.add(new Published(LINEAGE, 4, 0, "c", "s", 1, 10, 10, 1));
    run.add(alias(5, 4, false));
    run.add(new Served("node", LINEAGE, 0));
    assertThatCode(() -> Guarantees.ofLearning("run").observeAll(run))
        .as("the sample at 9 was forgotten")
        .doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenRuns")
  void shouldNameRunAndLawWhenARunBreaksOne(
      String message, UnaryOperator<Observation> change, List<Observation> added) {
    List<Observation> run = new ArrayList<>(sound());
    run.replaceAll(change);
    run.addAll(added);
    assertThatThrownBy(() -> Guarantees.ofLearning("kills with seed 7").observeAll(run))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("kills with seed 7: ")
        .hasMessageContaining(": " + message + "\nafter [");
  }

  @Test
  void shouldCompareVersionsWithThoseOfAnotherRun() {
    List<Published> expected = List.of(published(1), published(2));
    assertThatCode(
            () ->
                same(expected)
                    .observeAll(List.of(published(1), over(published(2), 7, 8, 2L * BATCH))))
        .as("offsets may differ")
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> same(expected).observeAll(List.of(published(1))))
        .hasMessageContaining("expected 2 versions of m:a, found 1");
    assertThatThrownBy(() -> same(expected).observeAll(List.of(published(1), published(3))))
        .hasMessageContaining(
            "expected m:a 2 of 1 after 4 samples: content content 2, state state 2; found 3 of 2"
                + " after 6 samples: content content 3, state state 3");
    assertThatThrownBy(() -> same(List.of()).observeAll(List.of(published(1))))
        .hasMessageContaining("expected m:a no further version; found 1 of 0");
  }

  private static Guarantees same(List<Published> expected) {
    return new Guarantees("run", List.of(new SameVersions(expected)));
  }
}
