package dev.meander.streams.metric;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Counts what one processor does.
 *
 * <p>Thread-safety: none; belongs to one task, and {@link #close} ends its sensors.
 */
public final class Meters implements AutoCloseable {

  private static final String SCOPE = "meander";

  private final StreamsMetrics metrics;
  private final String task;
  private final String stage;
  private final Map<Metric, Map<String, Sensor>> sensors = new EnumMap<>(Metric.class);

  /**
   * @param context of the processor
   * @param stage its name
   */
  public Meters(ProcessingContext context, String stage) {
    this.metrics = context.metrics();
    this.task = context.taskId().toString();
    this.stage = stage;
  }

  /** Counts one. */
  public void count(Metric metric, String outcome) {
    sensors
        .computeIfAbsent(metric, any -> new HashMap<>())
        .computeIfAbsent(outcome, any -> sensor(metric, outcome))
        .record();
  }

  private Sensor sensor(Metric metric, String outcome) {
    return metrics.addRateTotalSensor(
        SCOPE,
        String.join(".", task, stage, outcome),
        metric.metricName(),
        Sensor.RecordingLevel.INFO,
        "stage",
        stage,
        "outcome",
        outcome);
  }

  @Override
  public void close() {
    sensors.values().forEach(byOutcome -> byOutcome.values().forEach(metrics::removeSensor));
    sensors.clear();
  }
}
