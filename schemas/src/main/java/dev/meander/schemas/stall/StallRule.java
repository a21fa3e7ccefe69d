package dev.meander.schemas.stall;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells a partition that stands still from one that is merely written to. A last stable offset
 * waits for the oldest open transaction, and no transaction may be open for longer than its
 * timeout: an offset that has not moved for longer, with records behind it, waits for a transaction
 * that nobody ends.
 *
 * <p>Thread-safety: none. Keeps one entry for each partition of the last observation.
 */
public final class StallRule {

  private final Duration patience;
  private final Map<TopicPartition, Seen> seen = new HashMap<>();

  /** An offset with records behind it, and when it was first seen so. */
  private record Seen(long stable, Instant since) {}

  /**
   * @param patience how long an offset may stand: the longest a transaction may be open
   */
  public StallRule(Duration patience) {
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("expected a patience > 0, found " + patience);
    }
    this.patience = patience;
  }

  /**
   * Takes in what was seen, and says what stands still, in the order of topics and partitions. A
   * partition that is not among {@code found} keeps its past: not to be told is no movement.
   *
   * @param found ends by partition
   * @param now when they were seen; not before the last observation
   */
  public List<Stall> observe(Map<TopicPartition, PartitionEnds> found, Instant now) {
    List<Stall> stalls = new ArrayList<>();
    found.forEach(
        (partition, ends) -> {
          if (ends.behind() == 0) {
            seen.remove(partition);
            return;
          }
          Seen before = seen.get(partition);
          if (before == null || before.stable() != ends.stable()) {
            before = new Seen(ends.stable(), now);
            seen.put(partition, before);
          }
          Duration lasted = Duration.between(before.since(), now);
          if (lasted.compareTo(patience) > 0) {
            stalls.add(new Stall(partition, ends, before.since(), lasted));
          }
        });
    stalls.sort(
        Comparator.comparing((Stall stall) -> stall.partition().topic())
            .thenComparing(stall -> stall.partition().partition()));
    return stalls;
  }

  /** Forgets partitions that are not asked for any more. */
  public void retain(Set<TopicPartition> partitions) {
    seen.keySet().retainAll(partitions);
  }
}
