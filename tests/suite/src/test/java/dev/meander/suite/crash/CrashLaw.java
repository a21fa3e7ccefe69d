package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.kit.guarantee.Guarantees;
import dev.meander.kit.guarantee.SameVersions;
import dev.meander.replay.recorded.Equality;
import dev.meander.replay.recorded.VersionCheck;
import java.time.Duration;
import java.util.List;

/** What must hold between an interrupted application and one that was left alone. */
final class CrashLaw {

  private static final Duration SOON = Duration.ofSeconds(30);

  private CrashLaw() {}

  /**
   * Waits for both, holds both against the laws, and compares versions, verdicts and stores.
   *
   * @param name of the interrupted run, for failures
   * @return what the one that was left alone has committed
   */
  static CommittedRun check(String name, CrashScene interrupted, CrashScene straight) {
    CommittedRun expected = straight.awaitDone();
    compare(name, interrupted.awaitDone(), expected);
    assertThat(expected.versions()).as("versions to compare").hasSizeGreaterThan(2);
    assertThat(expected.predictions()).as("predictions to compare").isNotEmpty();
    // what a commit writes of gates that owe a report comes a little later
    await(name)
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(interrupted.awaitDone().storesUnlike(straight.awaitDone()))
                    .as("what a restart restores, %s", name)
                    .isEmpty());
    assertThat(expected.stores())
        .containsKeys("gate-state", "learner-state", "learner-pending", "aliases");
    recompute(name, interrupted);
    return expected;
  }

  /** Holds a run against the laws that need no other run. */
  static void checkAlone(String name, CrashScene scene) {
    CommittedRun found = scene.awaitDone();
    Guarantees.ofLearning(name).observeAll(found.observations());
    assertThat(found.chunks()).as("chunks, %s", name).isEqualTo(found.chunksPromised());
    recompute(name, scene);
  }

  private static void recompute(String name, CrashScene scene) {
    for (String lineage : scene.lineages()) {
      assertThat(scene.replay(lineage))
          .as("replay of %s, %s", lineage, name)
          .hasSizeGreaterThan(2)
          .extracting(VersionCheck::verdict)
          .containsOnly(Equality.EQUAL);
    }
  }

  /** The same for what was read of both. */
  static void compare(String name, CommittedRun found, CommittedRun expected) {
    Guarantees.ofLearning("left alone").observeAll(expected.observations());
    Guarantees.ofLearning(name).observeAll(found.observations());
    new Guarantees(name, List.of(new SameVersions(expected.versions())))
        .observeAll(found.observations());
    assertThat(found.chunks()).as("chunks, %s", name).isEqualTo(found.chunksPromised());
    assertThat(found.verdicts()).as(name).isEqualTo(expected.verdicts());
    assertThat(found.predictions()).as("predictions, %s", name).isEqualTo(expected.predictions());
    assertThat(found.moves()).as("aliases, %s", name).isEqualTo(expected.moves());
    assertThat(found.retired()).as("removed versions, %s", name).isEqualTo(expected.retired());
  }
}
