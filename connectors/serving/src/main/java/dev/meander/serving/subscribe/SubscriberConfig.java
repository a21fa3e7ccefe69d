package dev.meander.serving.subscribe;

import dev.meander.schemas.TopicNames;
import java.time.Duration;

/**
 * Settings of a subscriber.
 *
 * @param node name of this node, in acknowledgements
 * @param topics names of the topics
 * @param limits what is kept in memory
 * @param payloads how long a payload may be, and how much of payloads may be in the making
 * @param weightMax largest absolute float of an adapter that is served
 * @param backoffMax longest pause between two attempts at something that does not answer
 * @param readBackWait how long reading one version back from the log may take
 * @param closeWait how long closing waits for the thread
 */
public record SubscriberConfig(
    String node,
    TopicNames topics,
    SubscriptionLimits limits,
    PayloadLimits payloads,
    double weightMax,
    Duration backoffMax,
    Duration readBackWait,
    Duration closeWait) {

  /**
   * Bounds on payloads.
   *
   * @param payloadBytes longest payload that is read
   * @param assembledBytes most bytes of chunks held at once, of all lineages; versions beyond are
   *     read back from the log
   */
  public record PayloadLimits(int payloadBytes, long assembledBytes) {}

  /** First pause after a failure; doubles up to {@link #backoffMax}. */
  static final Duration BACKOFF_MIN = Duration.ofMillis(100);
}
