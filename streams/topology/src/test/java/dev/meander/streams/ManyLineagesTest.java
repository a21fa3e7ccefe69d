package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.Topic;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.InferenceEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More lineages than learners in memory: the same versions, and a bounded number of learners. */
class ManyLineagesTest {

  private static final int LINEAGES = 500;
  private static final int BATCH = 4;
  private static final int LIVE_MAX = 20;

  /** The samples of a lineage that takes its turn with others, one round after the other. */
  private static Map<String, String> versions(PathDriver path, int lineages, int rounds) {
    List<Events> scopes = new ArrayList<>();
    for (int i = 0; i < lineages; i++) {
      scopes.add(new Events("fake:scope-" + i, 1 + i % 3));
    }
    Map<String, String> versions = new LinkedHashMap<>();
    int offset = 0;
    for (int round = 0; round < rounds; round++) {
      for (Events scope : scopes) {
        path.sample(Events.sample(scope.next(), offset++));
      }
      path.adapters().forEach(version -> versions.put(name(version), content(version)));
      path.written(Topic.ALIASES);
      path.written(Topic.DECISIONS);
    }
    return versions;
  }

  private static String name(AdapterRecord version) {
    return version.getLineage() + "/" + version.getVersion();
  }

  private static String content(AdapterRecord version) {
    return version.getContentSha256() + " " + version.getProvenance().getSamples();
  }

  @Test
  void shouldHoldNoMoreLearnersThanAllowedAndRestoreEachOncePerStep(@TempDir Path folder) {
    int rounds = 2 * BATCH;
    Map<String, String> few = Map.of("learners.live.max", String.valueOf(LIVE_MAX));
    try (PathDriver path = new PathDriver(folder, few)) {
      Map<String, String> versions = versions(path, LINEAGES, rounds);
      assertThat(versions).hasSize(2 * LINEAGES);
      double opened = path.total("learners", "OPENED");
      assertThat(opened - path.total("learners", "EVICTED")).isEqualTo(LIVE_MAX);
      assertThat(opened).as("once when new, once per step").isEqualTo(3.0 * LINEAGES);
      assertThat(path.total("learners", "RESET")).isZero();
      assertThat(path.store("learner-pending").approximateNumEntries()).isZero();
    }
  }

  @Test
  void shouldMakeTheVersionsOfLearnersThatAreAllInMemory(@TempDir Path folder) {
    int lineages = 12;
    int rounds = 3 * BATCH + 2;
    Map<String, String> inMemory;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      inMemory = versions(path, lineages, rounds);
      assertThat(path.total("learners", "EVICTED")).isZero();
    }
    assertThat(inMemory).hasSize(3 * lineages);
    try (PathDriver path = new PathDriver(folder, Map.of("learners.live.max", "5"))) {
      assertThat(versions(path, lineages, rounds)).isEqualTo(inMemory);
    }
  }

  @Test
  void shouldStepOnAnAgedBatchOfALearnerThatIsNotInMemory(@TempDir Path folder) {
    Map<String, String> keys =
        Map.of("learners.live.max", "1", "batch.age.max", "10s", "batch.min", "2");
    try (PathDriver path = new PathDriver(folder, keys)) {
      Events aged = new Events("fake:aged", 1);
      Events other = new Events("fake:other", 2);
      for (InferenceEvent event : aged.next(3)) {
        path.sample(Events.sample(event, 0));
        path.sample(Events.sample(other.next(), 0));
      }
      assertThat(path.adapters()).isEmpty();
      InferenceEvent late =
          aged.builder().setEventTime(Instant.ofEpochMilli(Events.START_MILLIS + 10_001)).build();
      path.sample(Events.sample(late, 0));
      assertThat(path.adapters())
          .extracting(version -> version.getLineage() + " " + version.getProvenance().getSamples())
          .containsExactly("fake:aged 3");
    }
  }

  @Test
  void shouldKeepLearnersWithinTheirBytes(@TempDir Path folder) {
    int lineages = 200;
    Map<String, String> keys = Map.of("learners.live.max.bytes", "65536");
    try (PathDriver path = new PathDriver(folder, keys)) {
      assertThat(versions(path, lineages, BATCH)).hasSize(lineages);
      double live = path.total("learners", "OPENED") - path.total("learners", "EVICTED");
      double stateBytes =
          path.stores().getOrDefault("learner-state", Map.of()).values().stream()
              .mapToLong(block -> block.length)
              .sum();
      assertThat(live).isBetween(10.0, Math.ceil(65536 / (4 * stateBytes / lineages)));
    }
  }

  @Test
  void shouldReportTheCountsOfManyLineagesABoundedNumberAtATime(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      for (int i = 0; i < 300; i++) {
        path.traffic(new Events("fake:scope-" + i, 1).next());
      }
      path.advanceWallClock(Duration.ofSeconds(1));
      assertThat(path.written(Topic.DECISIONS)).hasSize(256);
      path.advanceWallClock(Duration.ofSeconds(1));
      assertThat(path.written(Topic.DECISIONS)).hasSize(300 - 256);
      path.advanceWallClock(Duration.ofSeconds(5));
      assertThat(path.written(Topic.DECISIONS)).isEmpty();
    }
  }
}
