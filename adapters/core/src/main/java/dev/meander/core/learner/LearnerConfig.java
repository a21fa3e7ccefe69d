package dev.meander.core.learner;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.guard.GuardConfig;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.weights.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything a learner's result depends on, beside samples and model.
 *
 * @param method which method, and its constants
 * @param guard limits of a candidate
 * @param batchSize samples of one step
 * @param batchMin samples that a batch flushed by age must have at least
 * @param batchAgeMax event time after which a partial batch is flushed
 * @param statisticsKeep share of the old statistics in the moving average that is served
 * @param statisticsSourceShare share of the source in served statistics
 * @param publishEverySteps steps between two candidates
 * @param seed of everything random
 */
public record LearnerConfig(
    MethodConfig method,
    GuardConfig guard,
    int batchSize,
    int batchMin,
    Duration batchAgeMax,
    double statisticsKeep,
    double statisticsSourceShare,
    int publishEverySteps,
    long seed) {

  public static final Option<Integer> BATCH_SIZE =
      Option.count("batch.size", 64, 1, 4096, "Samples of one step.");
  public static final Option<Integer> BATCH_MIN =
      Option.count(
          "batch.min",
          16,
          1,
          4096,
          "Samples that a batch flushed by age must have; a smaller one waits for more.");
  public static final Option<Duration> BATCH_AGE_MAX =
      Option.duration(
          "batch.age.max",
          "5m",
          Duration.ofMillis(1),
          Duration.ofDays(365),
          "Event time after which a partial batch is stepped on.");
  public static final Option<Double> STATISTICS_KEEP =
      Option.number(
          "statistics.keep",
          0.3,
          0,
          1,
          "Share of the old statistics in the moving average that versions are served with.");
  public static final Option<Double> STATISTICS_SOURCE_SHARE =
      Option.number(
          "statistics.source.share",
          0.1,
          0,
          1,
          "Share of the source model's statistics in the statistics that versions are served with.");
  public static final Option<Integer> PUBLISH_EVERY =
      Option.count("publish.every.steps", 1, 1, 1_000_000, "Steps between two candidates.");
  public static final Option<Long> SEED =
      Option.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE, "Seed of everything random.");

  /** Every option of the learner, its method and its guard, in the order of the README table. */
  public static final List<Option<?>> OPTIONS = options();

  private static List<Option<?>> options() {
    List<Option<?>> options = new ArrayList<>(MethodConfig.OPTIONS);
    options.addAll(
        List.of(
            BATCH_SIZE,
            BATCH_MIN,
            BATCH_AGE_MAX,
            STATISTICS_KEEP,
            STATISTICS_SOURCE_SHARE,
            PUBLISH_EVERY,
            SEED));
    options.addAll(GuardConfig.OPTIONS);
    return List.copyOf(options);
  }

  public LearnerConfig {
    if (batchMin > batchSize) {
      throw new IllegalArgumentException(
          "expected batch.min at most batch.size, found " + batchMin + " and " + batchSize);
    }
  }

  /** Reads the learner's keys. */
  public static LearnerConfig from(Settings settings) {
    return new LearnerConfig(
        MethodConfig.from(settings),
        GuardConfig.from(settings),
        settings.get(BATCH_SIZE),
        settings.get(BATCH_MIN),
        settings.get(BATCH_AGE_MAX),
        settings.get(STATISTICS_KEEP),
        settings.get(STATISTICS_SOURCE_SHARE),
        settings.get(PUBLISH_EVERY),
        settings.get(SEED));
  }

  /** Digest over every value; part of a version's provenance. */
  public Sha256 digest() {
    return Sha256.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
