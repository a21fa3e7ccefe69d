package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application outlives its broker's restart and death, in the middle of a transaction too. */
@EnabledIfSystemProperty(named = "crash.whole", matches = "true")
class BrokerRestartTest {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerRestartTest.class);
  private static final Duration THERE = Duration.ofSeconds(90);
  private static final int BATCHES = 6;
  private static final List<FaultPoint> POINTS =
      List.of(FaultPoint.VERSION, FaultPoint.COMMIT, FaultPoint.STEP);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldMakeTheSameVersionsWhenTheBrokerRestarts() {
    Seeds.forEach(
        1,
        random ->
            check(
                random,
                cluster -> {
                  cluster.stopBroker();
                  cluster.startBroker();
                }));
  }

  @Test
  void shouldMakeTheSameVersionsWhenTheBrokerIsKilled() {
    Seeds.forEach(
        1,
        random ->
            check(
                random,
                cluster -> {
                  if (!cluster.isBrokerAProcess()) {
                    // it can be killed from now on, and this was a polite restart
                    cluster.stopBroker();
                    cluster.startBrokerProcess();
                  }
                  cluster.killBroker();
                  cluster.startBrokerProcess();
                }));
  }

  /** Takes the broker away and brings it back. */
  private interface Interruption {
    void of(CrashCluster cluster) throws InterruptedException;
  }

  /** Waits until all is done, and states how long that was from when the broker answered again. */
  private static void awaitResumed(CrashCluster cluster, CrashScene scene, String where) {
    Instant from = cluster.clock().instant();
    scene.awaitDone();
    LOG.warn(
        "resumed: {} ms after the broker was there again, {}",
        Duration.between(from, cluster.clock().instant()).toMillis(),
        where);
  }

  private void check(SplittableRandom random, Interruption interruption) throws Exception {
    Fault held = new Fault(POINTS.get(random.nextInt(POINTS.size())), 2 + random.nextInt(2));
    try (CrashCluster cluster = new CrashCluster(folder.resolve("broker"));
        CrashScene straight = new CrashScene(cluster, "straight", folder);
        CrashScene cut = new CrashScene(cluster, "cut", folder)) {
      straight.send(3 * BATCHES);
      straight.startHere();
      straight.awaitDone();

      cut.send(BATCHES);
      ChildJvm child = cut.start("instance", held);
      child.awaitFault(THERE);
      interruption.of(cluster);
      child.release();
      cut.send(BATCHES);
      awaitResumed(cluster, cut, "held at " + held);
      cut.send(BATCHES);
      // now while it works
      interruption.of(cluster);
      awaitResumed(cluster, cut, "at work");
      CrashLaw.check("held at " + held + " without its broker", cut, straight);
      assertThat(child.isAlive()).as("the instance outlived both interruptions").isTrue();
    }
  }
}
