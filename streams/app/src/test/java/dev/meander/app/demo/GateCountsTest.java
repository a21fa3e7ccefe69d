package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.record.Decision;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GateCountsTest {

  private final GateCounts counts = new GateCounts();

  private static Decision decision(
      String lineage, String stage, int partition, Map<String, Long> counts) {
    return Decision.newBuilder()
        .setLineage(lineage)
        .setStage(stage)
        .setOutcome("COUNTS")
        .setPartition(partition)
        .setCounts(counts)
        .setEventTime(Instant.EPOCH)
        .build();
  }

  @Test
  void shouldSumTheNewestCountsOfEveryLineageAndPartition() {
    counts.take(decision("m:a", "gate", 0, Map.of("ADMITTED", 3L)));
    counts.take(decision("m:a", "gate", 0, Map.of("ADMITTED", 5L, "CERTAIN", 2L)));
    counts.take(decision("m:b", "gate", 0, Map.of("ADMITTED", 7L)));
    counts.take(decision("m:a", "gate", 1, Map.of("REDUNDANT", 11L)));
    assertThat(counts.admitted()).isEqualTo(12);
    assertThat(counts.skipped()).isEqualTo(13);
  }

  @Test
  void shouldLeaveOtherStagesAlone() {
    counts.take(decision("m:a", "guard", 0, Map.of("ADMITTED", 3L)));
    assertThat(counts.admitted()).isZero();
    assertThat(counts.skipped()).isZero();
  }
}
