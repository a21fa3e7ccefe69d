package dev.meander.serving.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ServingMetricsTest {

  private static final AdapterVersion VERSION =
      new AdapterVersion(new LineageId("m", "global"), 7, Sha256.of(new byte[0]));

  @Test
  void shouldShowEveryMetricWithItsMeaning() {
    String text;
    try (ServingMetrics metrics = new ServingMetrics()) {
      metrics.request(2_000_000_000L);
      metrics.requestFailed("WRONG_SHAPE");
      metrics.rows(3);
      metrics.swapped(VERSION, 1_500);
      metrics.rejected("t.adapters", "CORRUPT");
      metrics.refused("CORRUPT");
      metrics.ignored("STALE_EPOCH");
      metrics.acknowledgementLost("TimeoutException");
      metrics.sent();
      metrics.skipped();
      metrics.failed(4, "BUFFER_FULL");
      metrics.observe(() -> true, () -> 99, () -> 2);
      text = metrics.scrape();
    }
    assertThat(text)
        .contains("meander_request_errors_total{reason=\"WRONG_SHAPE\"} 1.0")
        .contains("meander_request_duration_seconds_sum 2.0")
        .contains("meander_swap_duration_seconds_sum 0.0015")
        .contains("meander_live_version{lineage=\"m:global\"} 7.0")
        .contains("meander_records_rejected_total{reason=\"CORRUPT\",topic=\"t.adapters\"} 1.0")
        .contains("meander_traffic_failed_total{reason=\"BUFFER_FULL\"} 4.0")
        .contains("meander_traffic_buffered 99.0")
        .contains("meander_ready 1.0");
    assertThat(Arrays.asList(ServingMeter.values()))
        .allSatisfy(meter -> assertThat(text).contains(" " + meter.meaning() + "\n"));
  }

  @Test
  void shouldFollowTheLiveVersionBackAfterARollback() {
    try (ServingMetrics metrics = new ServingMetrics()) {
      metrics.swapped(VERSION, 1);
      metrics.swapped(new AdapterVersion(VERSION.lineage(), 5, VERSION.content()), 1);
      assertThat(metrics.scrape()).contains("meander_live_version{lineage=\"m:global\"} 5.0");
    }
  }
}
