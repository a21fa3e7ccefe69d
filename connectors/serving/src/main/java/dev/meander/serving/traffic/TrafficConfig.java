package dev.meander.serving.traffic;

import java.time.Duration;

/**
 * Settings of the traffic writer.
 *
 * @param topic full name of the topic
 * @param node name of this node, the source of its events
 * @param key what records are keyed with
 * @param share share of the events that is written, 0 to 1; the hash of an event's id decides
 * @param bufferBytes most that may wait to be written; more is dropped and counted
 * @param backoffMax longest pause between two attempts to reach the schema registry
 * @param closeWait how long closing waits for what was accepted
 */
public record TrafficConfig(
    String topic,
    String node,
    TrafficKey key,
    double share,
    long bufferBytes,
    Duration backoffMax,
    Duration closeWait) {}
