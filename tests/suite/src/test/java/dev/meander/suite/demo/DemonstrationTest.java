package dev.meander.suite.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.app.Lifetime;
import dev.meander.app.demo.DemoConfig;
import dev.meander.app.demo.DemoProgress;
import dev.meander.app.demo.DemoReport;
import dev.meander.app.demo.Demonstration;
import dev.meander.kit.DataPack;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Shortened demonstrations. A short segment is over before a large batch has filled, so batches are
 * smaller than by default; the margin of the whole stream is shown in the README.
 */
class DemonstrationTest {

  private static final int EVENTS = 2500;
  private static final double MARGIN_POINTS = 10;
  private static final Map<String, String> SMALL_BATCHES =
      Map.of("batch.size", "32", "batch.min", "8");

  @Test
  void shouldServeFewerErrorsThanTheFrozenModelOnGlyphs() throws Exception {
    assertWorthIt(demonstrate(null));
  }

  @Test
  void shouldServeFewerErrorsThanTheFrozenModelOnCifar10() throws Exception {
    assertWorthIt(demonstrate(DataPack.require()));
  }

  private static DemoReport demonstrate(@Nullable Path data) throws Exception {
    DemoConfig config = new DemoConfig(data, null, "tent", EVENTS, 1000, 1, false, SMALL_BATCHES);
    try (Lifetime lifetime = new Lifetime()) {
      return new Demonstration(config, lifetime, new Silent(), System::nanoTime).run();
    }
  }

  private static void assertWorthIt(DemoReport report) {
    assertThat(report.errorAdapted())
        .as("error as served, frozen %s, by segment %s", report.errorFrozen(), report.segments())
        .isLessThan(report.errorFrozen() - MARGIN_POINTS);
    assertThat(report.segments())
        .extracting(DemoReport.Segment::name)
        .containsExactly("gaussian_noise", "defocus_blur", "brightness", "contrast", "pixelate");
    assertThat(report.segments()).extracting(DemoReport.Segment::samples).containsOnly(EVENTS / 5);
    assertThat(report.samplesSeen() + report.samplesSkipped()).isEqualTo(EVENTS);
    assertThat(report.versionsPublished()).isBetween(EVENTS / 32 - 4, EVENTS / 32);
    assertThat(report.tornAnswers()).isZero();
    assertThat(report.unversionedAnswers()).isZero();
    assertThat(report.failedAnswers()).isZero();
    assertThat(report.deadLetters()).isZero();
    assertThat(report.publishToLiveMillis().p50()).isPositive();
    assertThat(report.replay())
        .as("every version on the log, recomputed with the real engine")
        .isEqualTo(new DemoReport.Recomputed(report.versionsPublished(), 0));
  }

  /** Shows nothing. */
  private static final class Silent implements DemoProgress {
    @Override
    public void stage(String name, int steps) {}

    @Override
    public void advance(int steps) {}

    @Override
    public void done() {}
  }
}
