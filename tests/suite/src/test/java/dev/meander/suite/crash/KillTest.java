package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPlan;
import dev.meander.kit.fault.FaultPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that is killed again and again makes the versions of one that is not. */
class KillTest {

  private static final Duration THERE = Duration.ofSeconds(90);

  /** Events of so many batches are sent before each kill: enough to reach every fault. */
  private static final int BATCHES = 6;

  /** Two versions are committed before it, so that there is something to restore. */
  private static final Fault FIRST = new Fault(FaultPoint.STORED, 3);

  private static final Map<FaultPoint, Integer> POINTS =
      Map.of(
          FaultPoint.RECEIVED, 3,
          FaultPoint.STEP, 3,
          FaultPoint.SAMPLE, 16,
          FaultPoint.VERSION, 3,
          FaultPoint.STORED, 3,
          FaultPoint.COMMIT, 20,
          FaultPoint.RESTORE, 3);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldMakeTheSameVersionsWhenKilledInAStepATransactionAndARestore() {
    Seeds.forEach(
        1,
        random -> {
          List<Fault> faults = new ArrayList<>(List.of(FIRST));
          faults.addAll(
              FaultPlan.draw(random, 2, Map.of(FaultPoint.STEP, 3, FaultPoint.RESTORE, 3)));
          check(faults);
        });
  }

  private void check(List<Fault> faults) throws Exception {
    try (CrashCluster cluster = new CrashCluster(folder.resolve("broker"));
        CrashScene straight = new CrashScene(cluster, "straight", folder);
        CrashScene killed = new CrashScene(cluster, "killed", folder)) {
      straight.startHere();
      for (Fault fault : faults) {
        straight.send(BATCHES);
        killed.send(BATCHES);
        ChildJvm child = killed.start("instance", fault);
        child.awaitFault(THERE);
        child.kill();
      }
      killed.start("instance", null);
      CrashLaw.check("killed at " + faults, killed, straight);
    }
    assertThat(faults).isNotEmpty();
  }
}
