package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPlan;
import dev.meander.kit.fault.FaultPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** An application that is killed again and again makes the versions of one that is not. */
class KillTest {

  private static final Duration THERE = Duration.ofSeconds(90);

  /** Events of so many batches are sent before each kill: enough to reach every fault. */
  private static final int BATCHES = 6;

  /** Two versions are committed before it, so that there is something to restore. */
  private static final Fault FIRST = new Fault(FaultPoint.VERSION, 3);

  private static final Map<FaultPoint, Integer> POINTS =
      Map.of(
          FaultPoint.RECEIVED, 3,
          FaultPoint.STEP, 3,
          FaultPoint.SAMPLE, 16,
          FaultPoint.CHUNK, 3,
          FaultPoint.VERSION, 3,
          FaultPoint.STORED, 6,
          FaultPoint.COMMIT, 20,
          FaultPoint.RESTORE, 3);

  private static final int SEEDS = 3;
  private static final int BLIND_KILLS = 2;
  private static final int BLIND_MILLIS_MIN = 1_000;
  private static final int BLIND_MILLIS_MAX = 8_000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldMakeTheSameVersionsWhenKilledInATransactionAStepAndARestore() {
    Seeds.forEach(
        1,
        random -> {
          Map<FaultPoint, Integer> points = Map.of(FaultPoint.STEP, 3, FaultPoint.RESTORE, 3);
          check(Subject::fake, FaultPlan.draw(random, 2, points), random, 0);
        });
  }

  @Test
  @EnabledIfSystemProperty(named = "crash.whole", matches = "true")
  void shouldMakeTheSameVersionsWhereverItIsKilled() {
    Seeds.forEach(
        SEEDS,
        random ->
            check(
                Subject::fake, FaultPlan.draw(random, POINTS.size(), POINTS), random, BLIND_KILLS));
  }

  @Test
  @EnabledIfSystemProperty(named = "crash.whole", matches = "true")
  void shouldMakeTheSameVersionsWithTheRealEngine() {
    Map<FaultPoint, Integer> points = Map.of(FaultPoint.STEP, 3, FaultPoint.CHUNK, 3);
    Seeds.forEach(
        1, random -> check(Subject::glyphs, FaultPlan.draw(random, 2, points), random, 1));
  }

  private void check(
      Function<Path, Subject> subject, List<Fault> drawn, SplittableRandom random, int blindKills)
      throws Exception {
    List<Fault> faults = new ArrayList<>(List.of(FIRST));
    faults.addAll(drawn);
    Path here = Files.createTempDirectory(folder, "run");
    try (CrashCluster cluster = new CrashCluster(here.resolve("broker"));
        CrashScene straight = new CrashScene(cluster, "straight", here, subject);
        CrashScene killed = new CrashScene(cluster, "killed", here, subject)) {
      straight.startHere();
      for (Fault fault : faults) {
        straight.send(BATCHES);
        killed.send(BATCHES);
        ChildJvm child = killed.start("instance", fault);
        child.awaitFault(THERE);
        child.kill();
      }
      List<Integer> blindMillis = new ArrayList<>();
      for (int i = 0; i < blindKills; i++) {
        straight.send(BATCHES);
        killed.send(BATCHES);
        blindMillis.add(random.nextInt(BLIND_MILLIS_MIN, BLIND_MILLIS_MAX));
        ChildJvm child = killed.start("instance", null);
        assertThat(child.awaitEnd(Duration.ofMillis(blindMillis.get(i)))).as("ended").isFalse();
        child.kill();
      }
      killed.start("instance", null);
      String name = "killed at " + faults + " and after ms " + blindMillis;
      CrashLaw.check(name, killed, straight);
    }
  }
}
