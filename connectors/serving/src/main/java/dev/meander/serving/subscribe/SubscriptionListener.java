package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterVersion;

/**
 * Told of what a subscriber does, for metrics.
 *
 * <p>Thread-safety: called on the subscriber's thread.
 */
public interface SubscriptionListener {

  /** A version serves. */
  void swapped(AdapterVersion version, long swapMicros);

  /** A record of {@code topic} cannot be used, for a reason whose names never change. */
  void rejected(String topic, String reason);

  /** The world was told that a version is not served. */
  void refused(String reason);

  /** A record was skipped though nothing is wrong with it. */
  void ignored(String reason);

  /** An acknowledgement could not be written. */
  void acknowledgementLost(String reason);
}
