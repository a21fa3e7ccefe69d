package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPlan;
import dev.meander.kit.fault.FaultPoint;
import dev.meander.kit.guarantee.Observation.Published;
import dev.meander.schemas.CommandKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commands act once, wherever the application is killed while it obeys. */
@EnabledIfSystemProperty(named = "crash.whole", matches = "true")
class CommandKillTest {

  private static final Logger LOG = LoggerFactory.getLogger(CommandKillTest.class);
  private static final Duration THERE = Duration.ofSeconds(90);

  /** Moves that are allowed at any time. */
  private static final List<CommandKind> MOVES =
      List.of(
          CommandKind.ROLLBACK,
          CommandKind.UNPIN,
          CommandKind.RESET,
          CommandKind.PIN,
          CommandKind.UNPIN,
          CommandKind.PROMOTE);

  private static final Map<FaultPoint, Integer> POINTS =
      Map.of(FaultPoint.STEP, 3, FaultPoint.ALIAS, 2, FaultPoint.COMMIT, 20, FaultPoint.STORED, 4);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldMakeTheSameVersionsAndMovesWhenKilledWhileItObeys() {
    Seeds.forEach(
        1,
        random -> {
          try (KillRun run = KillRun.open(folder, Subject::remembering, Map.of())) {
            run.send();
            run.killAt(new Fault(FaultPoint.VERSION, 3));
            run.send();
            run.order(CommandKind.ROLLBACK, null, FaultPoint.ALIAS);
            run.send();
            run.order(CommandKind.UNPIN, null, FaultPoint.ALIAS);
            run.order(CommandKind.PROMOTE, null, FaultPoint.ALIAS);
            run.order(CommandKind.RETIRE, retirable(run), FaultPoint.VERSION);
            run.send();
            run.order(CommandKind.PIN, null, FaultPoint.ALIAS);
            run.send();
            run.order(CommandKind.UNPIN, null, FaultPoint.ALIAS);
            run.order(CommandKind.PAUSE, null, FaultPoint.ALIAS);
            run.order(CommandKind.RESUME, null, FaultPoint.ALIAS);
            run.order(CommandKind.RESET, null, FaultPoint.ALIAS);
            run.send();
            run.killAt(FaultPlan.draw(random, 1, POINTS).get(0));
            run.check();
            LOG.info("{}", run);
          }
        });
  }

  /** A version of the first lineage that is on the log, not live, and nobody's parent. */
  private static long retirable(KillRun run) {
    String lineage = run.straight().lineages().get(0);
    CommittedRun now = run.straight().awaitDone();
    List<Long> onLog =
        now.versions().stream()
            .filter(version -> version.lineage().equals(lineage))
            .map(Published::number)
            .filter(number -> !now.retired().getOrDefault(lineage, List.of()).contains(number))
            .toList();
    // every second one is written whole, so the others are nobody's parents
    return onLog.stream().filter(number -> number % 2 == 0).findFirst().orElseThrow();
  }

  /** Where a command falls among samples is then chance; replay must follow what it was. */
  @Test
  void shouldBeRecomputedWhenCommandsComeAmongSamples() {
    Seeds.forEach(
        1,
        random -> {
          List<Fault> faults = FaultPlan.draw(random, MOVES.size(), POINTS);
          try (CrashCluster cluster = new CrashCluster(folder.resolve("broker"));
              CrashScene scene = new CrashScene(cluster, "mixed", folder)) {
            List<String> done = new ArrayList<>();
            scene.send(KillRun.BATCHES);
            for (int i = 0; i < MOVES.size(); i++) {
              scene.send(KillRun.BATCHES / 2);
              scene.order("among-" + i, MOVES.get(i), null);
              scene.send(KillRun.BATCHES / 2);
              ChildJvm child = scene.start("instance", faults.get(i));
              child.awaitFault(THERE);
              child.kill();
              done.add(MOVES.get(i) + " with a kill at " + faults.get(i));
            }
            scene.start("instance", null);
            CrashLaw.checkAlone(done.toString(), scene);
            assertThat(scene.awaitDone().answered()).isEqualTo(2L * MOVES.size());
            LOG.info("{}", done);
          }
        });
  }
}
