package dev.meander.schemas;

import java.nio.charset.StandardCharsets;

/**
 * The partition of a lineage, in every topic and by every writer: murmur2 of the lineage's UTF-8
 * bytes modulo the partitions, as Kafka's default does with a key. So a record keyed {@code
 * lineage/version} lies where a record keyed {@code lineage} lies.
 *
 * <p>Thread-safety: stateless.
 */
public final class LineagePartitions {

  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;
  private static final int R = 24;

  private LineagePartitions() {}

  /**
   * Partition of {@code lineage}.
   *
   * @param partitions {@code >= 1}
   */
  public static int partition(String lineage, int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException("expected partitions >= 1, found " + partitions);
    }
    int hash = murmur2(lineage.getBytes(StandardCharsets.UTF_8));
    return (hash & Integer.MAX_VALUE) % partitions;
  }

  /**
   * Partition of a record of {@code topic} with {@code key}; a key without the lineage it should
   * hold is partitioned as a whole.
   */
  public static int partition(Topic topic, String key, int partitions) {
    return partition(partitionedPart(topic, key), partitions);
  }

  private static String partitionedPart(Topic topic, String key) {
    return switch (topic) {
      case ADAPTERS -> AdapterKey.parse(key).map(AdapterKey::lineage).orElse(key);
      case ACKS -> AckKey.parse(key).map(AckKey::lineage).orElse(key);
      case TRAFFIC, SAMPLES, ALIASES, DECISIONS, PREDICTIONS, COMMANDS, DLQ -> key;
    };
  }

  /** MurmurHash2, 32 bit, with the seed Kafka uses. */
  static int murmur2(byte[] bytes) {
    int hash = SEED ^ bytes.length;
    int blocks = bytes.length / 4;
    for (int i = 0; i < blocks; i++) {
      int at = i * 4;
      int k =
          (bytes[at] & 0xff)
              | (bytes[at + 1] & 0xff) << 8
              | (bytes[at + 2] & 0xff) << 16
              | (bytes[at + 3] & 0xff) << 24;
      k *= M;
      k ^= k >>> R;
      k *= M;
      hash *= M;
      hash ^= k;
    }
    int tail = blocks * 4;
    for (int i = bytes.length - 1; i >= tail; i--) {
      hash ^= (bytes[i] & 0xff) << 8 * (i - tail);
    }
    if (bytes.length > tail) {
      hash *= M;
    }
    hash ^= hash >>> 13;
    hash *= M;
    hash ^= hash >>> 15;
    return hash;
  }
}
