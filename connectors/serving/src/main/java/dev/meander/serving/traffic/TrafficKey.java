package dev.meander.serving.traffic;

/** What the records of {@code traffic} are keyed with. */
public enum TrafficKey {
  /** The event's id: events spread over all partitions, so that gates share the load. */
  EVENT_ID,
  /** The lineage: the order of a scope is the log's order. */
  SCOPE
}
