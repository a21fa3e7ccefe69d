package dev.meander.serving.metrics;

import java.util.List;

/**
 * Every metric of a serving node. Names are API: Prometheus shows them with underscores for dots, a
 * counter with {@code _total} at the end.
 */
public enum ServingMeter {
  REQUESTS("meander.requests", "counter", "Inference requests, answered or not."),
  REQUEST_ERRORS(
      "meander.request.errors", "counter", "Inference requests without an answer.", "reason"),
  REQUEST_DURATION(
      "meander.request.duration", "timer, seconds", "From the request's headers to its answer."),
  ROWS("meander.rows", "counter", "Inputs that were answered."),
  SWAPS("meander.swaps", "counter", "Versions swapped in.", "lineage"),
  SWAP_DURATION(
      "meander.swap.duration", "timer, seconds", "Preparing the standby copy and flipping to it."),
  LIVE_VERSION("meander.live.version", "gauge", "Version that answers.", "lineage"),
  REFUSALS("meander.refusals", "counter", "Acknowledgements REFUSED.", "reason"),
  RECORDS_REJECTED(
      "meander.records.rejected",
      "counter",
      "Records of adapters and aliases that cannot be used.",
      "topic",
      "reason"),
  RECORDS_IGNORED(
      "meander.records.ignored",
      "counter",
      "Records of adapters and aliases that are sound and change nothing.",
      "reason"),
  ACKS_LOST("meander.acks.lost", "counter", "Acknowledgements that were not written.", "reason"),
  TRAFFIC_SENT("meander.traffic.sent", "counter", "Events the broker has confirmed."),
  TRAFFIC_FAILED("meander.traffic.failed", "counter", "Events that were not written.", "reason"),
  TRAFFIC_SKIPPED(
      "meander.traffic.skipped", "counter", "Events outside the share that is written."),
  TRAFFIC_BUFFERED("meander.traffic.buffered", "gauge, bytes", "Answers that wait to be written."),
  PARTITIONS_STALLED(
      "meander.partitions.stalled",
      "gauge, partitions",
      "Partitions of adapters and aliases whose committed records stand still."),
  READY("meander.ready", "gauge", "1 when the node is ready, else 0.");

  private final String id;
  private final String type;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> tags;

  ServingMeter(String id, String type, String meaning, String... tags) {
    this.id = id;
    this.type = type;
    this.meaning = meaning;
    this.tags = List.of(tags);
  }

  /** Dotted name. */
  public String id() {
    return id;
  }

  /** Type and unit, for people. */
  public String type() {
    return type;
  }

  /** One sentence. */
  public String meaning() {
    return meaning;
  }

  /** Names of the tags. */
  public List<String> tags() {
    return tags;
  }
}
