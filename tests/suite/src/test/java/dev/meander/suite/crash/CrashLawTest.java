package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPoint;
import dev.meander.kit.guarantee.Observation;
import dev.meander.kit.guarantee.Observation.AliasMoved;
import dev.meander.kit.guarantee.Observation.Counted;
import dev.meander.kit.guarantee.Observation.Judged;
import dev.meander.kit.guarantee.Observation.Published;
import dev.meander.kit.guarantee.Observation.Received;
import dev.meander.kit.guarantee.Observation.Retired;
import dev.meander.kit.guarantee.Observation.Sampled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The law stops at every difference, and whatever fails names the seed that repeats it. */
class CrashLawTest {

  private static final String LINEAGE = "m:a";
  private static final String NAME = "killed at STEP:2";
  private static final String PREFIX = "seed 7 (repeat with -Dseed=7): ";

  /** Three versions of one sample each; the first is removed at the end. */
  private static List<Observation> observations() {
    List<Observation> seen = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      seen.add(new Received(0, i, "event"));
      seen.add(new Sampled(LINEAGE, 0, i, 0, i));
      seen.add(new Counted(LINEAGE, 0, Map.of("ADMITTED", (long) i)));
      seen.add(new Judged(LINEAGE, "PROMOTE", true, i));
      seen.add(published(i, "content " + i, "state " + i));
      seen.add(new AliasMoved(LINEAGE, i, i, false));
    }
    seen.add(new Retired(LINEAGE, 1));
    return seen;
  }

  private static Published published(int number, String content, String state) {
    return new Published(LINEAGE, number, number - 1, content, state, 0, number, number, number);
  }

  private static CommittedRun run(List<Observation> seen, Map<String, Integer> chunks) {
    return run(seen, chunks, List.of("event-1", "event-2", "event-3"));
  }

  private static CommittedRun run(
      List<Observation> seen, Map<String, Integer> chunks, List<String> predictions) {
    return new CommittedRun(
        seen, Map.of("m:a/3", 2), chunks, Map.of(LINEAGE, predictions), Map.of());
  }

  private static CommittedRun sound() {
    return run(observations(), Map.of("m:a/3", 2));
  }

  private static UnaryOperator<Observation> replace(Observation old, Observation now) {
    return seen -> seen.equals(old) ? now : seen;
  }

  static List<Arguments> differences() {
    return List.of(
        Arguments.of(
            "content other",
            replace(published(2, "content 2", "state 2"), published(2, "other", "state 2"))),
        Arguments.of(
            "state other",
            replace(published(2, "content 2", "state 2"), published(2, "content 2", "other"))),
        Arguments.of(
            "version numbers grow by one",
            replace(published(2, "content 2", "state 2"), published(1, "content 2", "state 2"))),
        Arguments.of(
            "every version has one accepting verdict",
            replace(
                new Judged(LINEAGE, "PROMOTE", true, 2), new Judged(LINEAGE, "HOLD", false, 2))),
        Arguments.of(
            "aliases move epoch by epoch",
            replace(new AliasMoved(LINEAGE, 2, 2, false), new AliasMoved(LINEAGE, 2, 1, false))),
        Arguments.of(
            "aliases, " + NAME,
            replace(new AliasMoved(LINEAGE, 3, 3, false), new AliasMoved(LINEAGE, 3, 3, true))),
        Arguments.of(
            "removed versions, " + NAME, replace(new Retired(LINEAGE, 1), new Retired(LINEAGE, 2))),
        Arguments.of(
            "every record is judged or laid aside",
            replace(new Received(0, 2, "event"), new Received(0, 1, "event"))),
        Arguments.of(
            "a gate's counts only grow",
            replace(
                new Counted(LINEAGE, 0, Map.of("ADMITTED", 3L)),
                new Counted(LINEAGE, 0, Map.of("ADMITTED", 2L)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differences")
  void shouldNameSeedRunAndLawWhenARunDiffers(
      String expected, UnaryOperator<Observation> difference) {
    List<Observation> seen = observations();
    seen.replaceAll(difference);
    assertThatThrownBy(
            () ->
                Seeds.with(
                    7, random -> CrashLaw.compare(NAME, run(seen, Map.of("m:a/3", 2)), sound())))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(PREFIX)
        .hasMessageContaining(NAME)
        .hasMessageContaining(expected);
  }

  @Test
  void shouldNameSeedAndRunWhenAChunkIsMissing() {
    assertThatThrownBy(
            () ->
                Seeds.with(
                    7,
                    random ->
                        CrashLaw.compare(NAME, run(observations(), Map.of("m:a/3", 1)), sound())))
        .hasMessageStartingWith(PREFIX)
        .hasMessageContaining("chunks, " + NAME);
  }

  @Test
  void shouldNameSeedAndRunWhenASampleIsAnsweredTwice() {
    List<String> twice = List.of("event-1", "event-2", "event-2", "event-3");
    CommittedRun found = run(observations(), Map.of("m:a/3", 2), twice);
    assertThatThrownBy(() -> Seeds.with(7, random -> CrashLaw.compare(NAME, found, sound())))
        .hasMessageStartingWith(PREFIX)
        .hasMessageContaining("predictions, " + NAME);
  }

  @Test
  void shouldLetAnEqualRunPass() {
    assertThatCode(() -> CrashLaw.compare(NAME, sound(), sound())).doesNotThrowAnyException();
  }

  @Test
  void shouldNameSeedAndFaultWhenAProcessEndsBeforeIt(@TempDir Path folder) {
    ChildJvm.Command nothing =
        new ChildJvm.Command(
            "instance", List.of(), List.of(), List.of("NoSuchClass"), folder.resolve("log"));
    assertThatThrownBy(
            () ->
                Seeds.with(
                    7,
                    random -> {
                      try (ChildJvm child =
                          ChildJvm.start(nothing, new Fault(FaultPoint.CHUNK, 3))) {
                        child.awaitFault(Duration.ofSeconds(30));
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(PREFIX)
        .hasMessageContaining("instance with CHUNK:3 ended before; its log ends\n")
        .hasMessageContaining("NoSuchClass");
  }

  @Test
  void shouldNotPassWhenAKillWasNeverWhereItWasMeant() {
    Kills kills = new Kills();
    kills.add("STEP:2", "");
    kills.add("after 5 ms", "");
    assertThatThrownBy(() -> kills.assertAmongThem(2, Set.of(FaultPoint.RESTORE)))
        .hasMessageContaining("2 kills {STEP=1, after=1}: [STEP:2, after 5 ms]")
        .hasMessageContaining("RESTORE");
    assertThatThrownBy(() -> kills.assertAmongThem(3, Set.of(FaultPoint.STEP)))
        .isInstanceOf(AssertionError.class);
  }
}
