package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Seeds;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPlan;
import dev.meander.kit.fault.FaultPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application that is killed again and again makes the versions of one that is not. */
class KillTest {

  private static final Logger LOG = LoggerFactory.getLogger(KillTest.class);

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
          FaultPoint.ALIAS, 3,
          FaultPoint.COMMIT, 20,
          FaultPoint.RESTORE, 3);

  /** Where the state that one step changes is half written. */
  private static final Map<FaultPoint, Integer> OF_A_STEP =
      Map.of(FaultPoint.STEP, 3, FaultPoint.CHUNK, 3, FaultPoint.COMMIT, 20, FaultPoint.RESTORE, 3);

  private static final int SEEDS = 2;
  private static final int KILLS_MIN = 20;
  private static final int BLIND_MILLIS_MIN = 1_000;
  private static final int BLIND_MILLIS_MAX = 8_000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldMakeTheSameVersionsWhenKilledInATransactionAStepAndARestore() {
    Map<FaultPoint, Integer> points = Map.of(FaultPoint.STEP, 3, FaultPoint.RESTORE, 3);
    Seeds.forEach(1, random -> kill(Subject::remembering, random, points, 2));
  }

  @Test
  @EnabledIfSystemProperty(named = "crash.whole", matches = "true")
  void shouldMakeTheSameVersionsWhereverItIsKilled() {
    Seeds.forEach(
        SEEDS,
        random -> {
          try (KillRun run = open(Subject::fake, random)) {
            run.send();
            run.killAt(FIRST);
            for (Fault fault : FaultPlan.draw(random, 2 * POINTS.size(), POINTS)) {
              run.send();
              run.killAt(fault);
            }
            run.send();
            run.killAfter(random.nextInt(BLIND_MILLIS_MIN, BLIND_MILLIS_MAX));
            // and at once again, while it picks up what the first left
            run.killAfter(random.nextInt(BLIND_MILLIS_MIN, BLIND_MILLIS_MAX));
            run.loseDisk();
            run.killAt(new Fault(FaultPoint.RESTORE, 1 + random.nextInt(3)));
            run.send();
            run.check();
            run.kills().assertAmongThem(KILLS_MIN, POINTS.keySet());
            LOG.info("{}", run);
          }
        });
  }

  @Test
  @EnabledIfSystemProperty(named = "crash.whole", matches = "true")
  void shouldKeepPrototypesAndSourceSamplesWhereverItIsKilled() {
    Seeds.forEach(
        1,
        random -> {
          CommittedRun run = kill(Subject::replaying, random, OF_A_STEP, 2 * OF_A_STEP.size());
          assertKept(run, "/part-prototypes");
        });
  }

  @Test
  @EnabledIfSystemProperty(named = "crash.whole", matches = "true")
  void shouldKeepABankOfSamplesWithTheRealEngine() {
    Seeds.forEach(
        1,
        random -> {
          CommittedRun run = kill(Subject::rememberingGlyphs, random, OF_A_STEP, OF_A_STEP.size());
          assertKept(run, "/part-bank-inputs");
        });
  }

  @Test
  @EnabledIfSystemProperty(named = "crash.whole", matches = "true")
  void shouldMakeTheSameVersionsWhenKilledInAnUpload() {
    Map<FaultPoint, Integer> points = Map.of(FaultPoint.STORED, 3, FaultPoint.ALIAS, 3);
    Seeds.forEach(
        1,
        random -> {
          Path here = Files.createTempDirectory(folder, "run");
          try (KillRun run = KillRun.open(here, Subject::claiming, Map.of())) {
            run.send();
            run.killInUpload();
            for (Fault fault : FaultPlan.draw(random, 2, points)) {
              run.send();
              run.killAt(fault);
            }
            run.check();
          }
        });
  }

  private CommittedRun kill(
      Function<Path, Subject> subject,
      SplittableRandom random,
      Map<FaultPoint, Integer> points,
      int count)
      throws Exception {
    try (KillRun run = open(subject, random)) {
      run.send();
      run.killAt(FIRST);
      for (Fault fault : FaultPlan.draw(random, count, points)) {
        run.send();
        run.killAt(fault);
      }
      CommittedRun committed = run.check();
      run.kills().assertAmongThem(1 + count, points.keySet());
      LOG.info("{}", run);
      return committed;
    }
  }

  /**
   * A run. The one that is left alone has one thread; how many the other has, and how often it
   * commits, is drawn: neither may show.
   */
  private KillRun open(Function<Path, Subject> subject, SplittableRandom random) throws Exception {
    Map<String, String> settings =
        Map.of(
            "streams.threads",
            String.valueOf(1 + random.nextInt(2)),
            "commit.interval",
            random.nextBoolean() ? "20ms" : "1s");
    return KillRun.open(Files.createTempDirectory(folder, "run"), subject, settings);
  }

  /** A memory that is empty would be the same after any kill. */
  private static void assertKept(CommittedRun run, String block) {
    assertThat(run.stores().get("learner-state"))
        .anySatisfy(
            (key, bytes) -> {
              assertThat(key).contains(block);
              assertThat(bytes).containsPattern("[1-9a-f]");
            });
  }
}
