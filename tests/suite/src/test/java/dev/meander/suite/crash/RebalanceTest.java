package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Two instances that come, go and die make the versions of one that is left alone. */
@EnabledIfSystemProperty(named = "crash.whole", matches = "true")
class RebalanceTest {

  private static final Duration THERE = Duration.ofSeconds(90);
  private static final int BATCHES = 6;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldMakeTheSameVersionsWhenTheWorkMovesBetweenInstances() {
    Seeds.forEach(
        1,
        random -> {
          Fault first = new Fault(FaultPoint.STEP, 1 + random.nextInt(3));
          Fault second = new Fault(FaultPoint.COMMIT, 1 + random.nextInt(10));
          try (CrashCluster cluster = new CrashCluster(folder.resolve("broker"));
              CrashScene straight = new CrashScene(cluster, "straight", folder);
              CrashScene shared = new CrashScene(cluster, "shared", folder);
              GroupWatch group = new GroupWatch(cluster.bootstrap(), shared.applicationId())) {
            straight.startHere();
            move(straight, shared, group, first, second);
            CrashLaw.check("shared, with " + first + " and " + second, shared, straight);
          }
        });
  }

  private static void move(
      CrashScene straight, CrashScene shared, GroupWatch group, Fault first, Fault second)
      throws Exception {
    // either may have been given the learners, so both would stop at a step
    ChildJvm one = shared.start("one", first);
    ChildJvm two = shared.start("two", first);
    group.awaitWorking(2);
    send(straight, shared);
    await("one of two at " + first).atMost(THERE).until(() -> one.isAtFault() || two.isAtFault());
    boolean isOne = one.isAtFault();
    ChildJvm survivor = isOne ? two : one;
    // the other goes on with its own part and takes over this one's
    (isOne ? one : two).kill();
    survivor.release();
    group.awaitWorking(1);
    send(straight, shared);
    shared.awaitDone();
    assertThat(survivor.isAlive()).isTrue();

    ChildJvm returned = shared.start(isOne ? "one" : "two", second);
    group.awaitWorking(2);
    send(straight, shared);
    returned.awaitFault(THERE);
    send(straight, shared);
    Set<String> dead = group.members();
    survivor.kill();
    returned.kill();

    shared.start("two", null);
    ChildJvm again = shared.start("one", null);
    group.awaitWorking(2, dead);
    send(straight, shared);
    again.terminate();
    group.awaitWorking(1);
  }

  private static void send(CrashScene straight, CrashScene shared) {
    straight.send(BATCHES);
    shared.send(BATCHES);
  }
}
