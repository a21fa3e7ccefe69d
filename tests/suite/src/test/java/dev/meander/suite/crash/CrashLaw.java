package dev.meander.suite.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.kit.guarantee.Guarantees;
import dev.meander.kit.guarantee.SameVersions;
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
   */
  static void check(String name, CrashScene interrupted, CrashScene straight) {
    CommittedRun expected = straight.awaitDone();
    CommittedRun found = interrupted.awaitDone();
    Guarantees.ofLearning("left alone").observeAll(expected.observations());
    Guarantees.ofLearning(name).observeAll(found.observations());
    new Guarantees(name, List.of(new SameVersions(expected.versions())))
        .observeAll(found.observations());
    assertThat(found.chunks()).as("chunks, %s", name).isEqualTo(found.chunksPromised());
    assertThat(found.verdicts()).as(name).isEqualTo(expected.verdicts());
    assertThat(expected.versions()).as("versions to compare").hasSizeGreaterThan(2);
    // samples of the unfinished batches are committed a little later
    await(name)
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(interrupted.awaitDone().stores())
                    .as("what a restart restores, %s", name)
                    .isEqualTo(straight.awaitDone().stores()));
    assertThat(expected.stores())
        .containsKeys("gate-state", "learner-state", "learner-pending", "aliases");
  }
}
