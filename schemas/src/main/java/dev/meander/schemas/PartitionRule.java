package dev.meander.schemas;

/** How the records of a topic find their partition. */
public enum PartitionRule {
  /** Kafka's default: by the bytes of the key, without a key to any partition. */
  KEY,
  /** By the lineage that the key is or holds, so that the order of a lineage is the log's order. */
  LINEAGE
}
