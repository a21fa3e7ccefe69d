package dev.meander.serving.traffic;

/**
 * Told of what becomes of events, for metrics.
 *
 * <p>Thread-safety: called from any thread.
 */
public interface TrafficListener {

  /** The broker has an event. */
  void sent();

  /** An event is outside the share that is written. */
  void skipped();

  /** Events were not written. */
  void failed(int events, String reason);
}
