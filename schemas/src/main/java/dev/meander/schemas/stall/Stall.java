package dev.meander.schemas.stall;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition whose last stable offset has not moved for too long while records lie behind it.
 *
 * @param partition where
 * @param ends where it ends for readers of committed records, and for others
 * @param since when the offset was first seen with records behind it
 * @param lasted how long ago that was
 */
public record Stall(TopicPartition partition, PartitionEnds ends, Instant since, Duration lasted) {

  /** What is the matter, as one line for people. */
  public String line() {
    return "partition "
        + partition
        + " stands still: committed records end at offset "
        + ends.stable()
        + " since "
        + since
        + " ("
        + lasted.toSeconds()
        + " s), offsets behind it: "
        + ends.behind();
  }
}
