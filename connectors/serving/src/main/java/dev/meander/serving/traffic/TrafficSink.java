package dev.meander.serving.traffic;

/**
 * Takes what was answered.
 *
 * <p>Thread-safety: implementations are thread-safe.
 */
@FunctionalInterface
public interface TrafficSink {

  /** Takes {@code exchange} and returns at once, whatever becomes of it. */
  void offer(Exchange exchange);
}
