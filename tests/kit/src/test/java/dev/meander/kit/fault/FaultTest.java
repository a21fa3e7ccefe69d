package dev.meander.kit.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Map<FaultPoint, Integer> POINTS =
      Map.of(FaultPoint.STEP, 3, FaultPoint.RESTORE, 1, FaultPoint.COMMIT, 20);

  /** A program that passes its point three times. */
  static final class Program {

    private Program() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 3; i++) {
        FaultSwitch.ofProcess().reached(FaultPoint.STEP);
      }
    }
  }

  @Test
  void shouldReadWhatItWrites() {
    Fault fault = new Fault(FaultPoint.STORED, 12);
    assertThat(fault).hasToString("STORED:12");
    assertThat(Fault.parse("STORED:12")).isEqualTo(fault);
    assertThatThrownBy(() -> Fault.parse("STORED"))
        .hasMessage("expected POINT:N, found \"STORED\"");
    assertThatThrownBy(() -> new Fault(FaultPoint.STEP, 0))
        .hasMessage("expected an occurrence >= 1, found 0");
  }

  @Test
  void shouldDrawTheSameFaultsFromTheSameSeedAndEveryPointAsOften() {
    List<Fault> faults = FaultPlan.draw(new SplittableRandom(5), 30, POINTS);
    assertThat(FaultPlan.draw(new SplittableRandom(5), 30, POINTS)).isEqualTo(faults);
    assertThat(FaultPlan.draw(new SplittableRandom(6), 30, POINTS)).isNotEqualTo(faults);
    assertThat(faults.stream().collect(Collectors.groupingBy(Fault::point, Collectors.counting())))
        .isEqualTo(Map.of(FaultPoint.STEP, 10L, FaultPoint.RESTORE, 10L, FaultPoint.COMMIT, 10L));
    assertThat(faults)
        .allMatch(fault -> fault.occurrence() <= POINTS.getOrDefault(fault.point(), 0));
    assertThat(FaultPlan.draw(new SplittableRandom(5), 0, POINTS)).isEmpty();
  }

  @Test
  void shouldHoldOnlyTheThreadThatIsThereUntilItIsReleased() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    FaultSwitch faults =
        new FaultSwitch(new Fault(FaultPoint.STEP, 2), new PrintStream(said, true, UTF_8));
    faults.reached(FaultPoint.STEP);
    faults.reached(FaultPoint.COMMIT);
    assertThat(said.toString(UTF_8)).isEmpty();
    CompletableFuture<Void> held =
        CompletableFuture.runAsync(() -> faults.reached(FaultPoint.STEP));
    faults.release();
    held.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(said.toString(UTF_8)).isEqualToIgnoringNewLines("reached STEP:2\n");
  }

  @Test
  void shouldKillAProcessWhereItStands(@TempDir Path folder) throws Exception {
    try (ChildJvm child = start(folder, new Fault(FaultPoint.STEP, 3))) {
      child.awaitFault(LIMIT);
      child.suspend();
      child.resume();
      assertThat(child.isAlive()).isTrue();
      child.kill();
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void shouldLetAProcessGoOnWhenReleased(@TempDir Path folder) throws Exception {
    try (ChildJvm child = start(folder, new Fault(FaultPoint.STEP, 1))) {
      child.awaitFault(LIMIT);
      child.release();
      assertThat(child.awaitEnd(LIMIT)).isTrue();
    }
  }

  @Test
  void shouldSayWhatAProcessLoggedWhenItEndsBeforeItsFault(@TempDir Path folder) throws Exception {
    try (ChildJvm child = start(folder, new Fault(FaultPoint.STEP, 4))) {
      assertThatThrownBy(() -> child.awaitFault(LIMIT))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("program with STEP:4 ended before; its log ends\n");
    }
  }

  private static ChildJvm start(Path folder, @Nullable Fault fault) {
    return ChildJvm.start(
        new ChildJvm.Command(
            "program",
            List.of(),
            List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
            List.of(Program.class.getName()),
            folder.resolve("log")),
        fault);
  }
}
