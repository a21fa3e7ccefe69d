package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * An instance that was away for so long that another took over, and that goes on in the middle of
 * its transaction, adds nothing: it is fenced, and takes part again.
 */
@EnabledIfSystemProperty(named = "crash.whole", matches = "true")
class FencedProducerTest {

  private static final Duration THERE = Duration.ofSeconds(90);
  private static final int BATCHES = 6;
  private static final List<FaultPoint> POINTS =
      List.of(FaultPoint.VERSION, FaultPoint.COMMIT, FaultPoint.STORED);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldAddNothingWhenItComesBackBeforeItsTransactionTimedOut() {
    check(false);
  }

  @Test
  void shouldAddNothingWhenItComesBackAfterAnotherHasDoneItsWork() {
    check(true);
  }

  private void check(boolean workIsDone) {
    Seeds.forEach(
        1,
        random -> {
          Fault held = new Fault(POINTS.get(random.nextInt(POINTS.size())), 2 + random.nextInt(2));
          try (CrashCluster cluster = new CrashCluster(folder.resolve("broker"));
              CrashScene straight = new CrashScene(cluster, "straight", folder);
              CrashScene fenced = new CrashScene(cluster, "fenced", folder);
              GroupWatch group = new GroupWatch(cluster.bootstrap(), fenced.applicationId())) {
            straight.startHere();
            straight.send(2 * BATCHES);
            fenced.send(BATCHES);
            ChildJvm zombie = fenced.start("zombie", held);
            zombie.awaitFault(THERE);
            zombie.suspend();
            Set<String> away = group.members();
            fenced.start("successor", null);
            group.awaitWorking(1, away);
            if (workIsDone) {
              fenced.awaitDone();
            }
            zombie.resume();
            zombie.release();
            group.awaitWorking(2);
            fenced.send(BATCHES);
            CrashLaw.check("away at " + held, fenced, straight);
            assertThat(zombie.logEnd()).contains("Detected that the thread is being fenced");
            assertThat(zombie.isAlive()).as("the fenced instance takes part again").isTrue();
          }
        });
  }
}
