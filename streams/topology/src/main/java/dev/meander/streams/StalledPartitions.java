package dev.meander.streams;

import dev.meander.schemas.stall.Stall;
import dev.meander.schemas.stall.StallWatch;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;

/**
 * The partitions that an application reads, writes or restores from, watched for a transaction that
 * stands in the way of everybody: the topics of the path, and its own changelogs.
 *
 * <p>Thread-safety: safe. Lifetime: the application closes it.
 */
final class StalledPartitions implements AutoCloseable {

  /** Number of partitions that stand still, in the group of the other metrics. */
  static final String GAUGE = "stalled-partitions";

  private static final String GROUP = "stream-meander-metrics";

  private final StallWatch watch;
  private final Metrics metrics;

  private StalledPartitions(StallWatch watch, String applicationId) {
    this.watch = watch;
    this.metrics =
        new Metrics(
            new MetricConfig(),
            List.of(new JmxReporter()),
            Time.SYSTEM,
            new KafkaMetricsContext("kafka.streams"));
    metrics.addMetric(
        metrics.metricName(
            GAUGE,
            GROUP,
            "Partitions whose committed end has stood for longer than a transaction may be open.",
            Map.of("application-id", applicationId)),
        (Gauge<Integer>) (config, now) -> watch.stalls().size());
  }

  /**
   * Starts to watch.
   *
   * @param config of the application
   * @param patience the longest a transaction may be open
   * @param settings of the admin client
   * @param clock says since when
   */
  static StalledPartitions watch(
      AdaptationConfig config, Duration patience, Map<String, Object> settings, Clock clock) {
    Set<String> topics = Set.copyOf(AdaptationTopology.topics(config));
    StallWatch watch =
        new StallWatch(
                new StallWatch.Settings(
                    config.applicationId(),
                    topic -> topics.contains(topic) || isInternal(config.applicationId(), topic),
                    patience,
                    config.abortHanging()),
                () -> Admin.create(settings),
                clock)
            .start();
    return new StalledPartitions(watch, config.applicationId());
  }

  /** Whether Kafka Streams made {@code topic} for the application. */
  static boolean isInternal(String applicationId, String topic) {
    return topic.startsWith(applicationId + "-")
        && (topic.endsWith("-changelog") || topic.endsWith("-repartition"));
  }

  List<Stall> stalls() {
    return watch.stalls();
  }

  Map<MetricName, Metric> metrics() {
    return Map.copyOf(metrics.metrics());
  }

  @Override
  public void close() {
    watch.close();
    metrics.close();
  }
}
