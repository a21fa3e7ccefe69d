package dev.meander.serving.metrics;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.serving.subscribe.SubscriptionListener;
import dev.meander.serving.traffic.TrafficListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Counts what a node does. Tags come from closed sets and from the lineages it follows, so the
 * number of series is bounded.
 *
 * <p>Thread-safety: safe.
 */
public final class ServingMetrics implements SubscriptionListener, TrafficListener, AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter requests = counter(ServingMeter.REQUESTS);
  private final Counter rows = counter(ServingMeter.ROWS);
  private final Timer requestDuration = timer(ServingMeter.REQUEST_DURATION);
  private final Timer swapDuration = timer(ServingMeter.SWAP_DURATION);
  private final Counter trafficSent = counter(ServingMeter.TRAFFIC_SENT);
  private final Counter trafficSkipped = counter(ServingMeter.TRAFFIC_SKIPPED);
  private final Map<LineageId, AtomicLong> liveVersions = new ConcurrentHashMap<>();

  private Timer timer(ServingMeter meter) {
    return Timer.builder(meter.id())
        .description(meter.meaning())
        .publishPercentiles(0.5, 0.99)
        .register(registry);
  }

  private Counter counter(ServingMeter meter, String... values) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(meter.tags().get(i), values[i]));
    }
    return Counter.builder(meter.id()).description(meter.meaning()).tags(tags).register(registry);
  }

  /** A request was answered, or not for a reason; null when it was. */
  public void request(long nanos) {
    requests.increment();
    requestDuration.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A request had no answer. */
  public void requestFailed(String reason) {
    counter(ServingMeter.REQUEST_ERRORS, reason).increment();
  }

  /** Inputs were answered. */
  public void rows(int count) {
    rows.increment(count);
  }

  @Override
  public void swapped(AdapterVersion version, long swapMicros) {
    counter(ServingMeter.SWAPS, version.lineage().toString()).increment();
    swapDuration.record(swapMicros, TimeUnit.MICROSECONDS);
    liveVersions.computeIfAbsent(version.lineage(), this::liveVersion).set(version.number());
  }

  private AtomicLong liveVersion(LineageId lineage) {
    AtomicLong live = new AtomicLong();
    Gauge.builder(ServingMeter.LIVE_VERSION.id(), live, AtomicLong::doubleValue)
        .description(ServingMeter.LIVE_VERSION.meaning())
        .tag(ServingMeter.LIVE_VERSION.tags().get(0), lineage.toString())
        .register(registry);
    return live;
  }

  @Override
  public void rejected(String topic, String reason) {
    counter(ServingMeter.RECORDS_REJECTED, topic, reason).increment();
  }

  @Override
  public void refused(String reason) {
    counter(ServingMeter.REFUSALS, reason).increment();
  }

  @Override
  public void ignored(String reason) {
    counter(ServingMeter.RECORDS_IGNORED, reason).increment();
  }

  @Override
  public void acknowledgementLost(String reason) {
    counter(ServingMeter.ACKS_LOST, reason).increment();
  }

  @Override
  public void sent() {
    trafficSent.increment();
  }

  @Override
  public void skipped() {
    trafficSkipped.increment();
  }

  @Override
  public void failed(int events, String reason) {
    counter(ServingMeter.TRAFFIC_FAILED, reason).increment(events);
  }

  /** Shows gauges that are read when somebody asks. */
  public void observe(BooleanSupplier ready, LongSupplier bufferedBytes, LongSupplier stalled) {
    gauge(ServingMeter.PARTITIONS_STALLED, stalled);
    gauge(ServingMeter.READY, () -> ready.getAsBoolean() ? 1 : 0);
    gauge(ServingMeter.TRAFFIC_BUFFERED, bufferedBytes);
  }

  private void gauge(ServingMeter meter, LongSupplier value) {
    Gauge.builder(meter.id(), value::getAsLong).description(meter.meaning()).register(registry);
  }

  /** All metrics as Prometheus text. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
