package dev.meander.schemas.stall;

import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/**
 * A transaction that a partition holds for open.
 *
 * @param partition where
 * @param producerId whose it is
 * @param producerEpoch generation of that producer in its last record there
 * @param coordinatorEpoch generation of the coordinator that wrote the producer's last marker
 *     there; -1 when there was none
 * @param startOffset its first record: readers of committed records stop here at the latest
 * @param lastRecord time that its last record carries, which may be an event's
 */
public record OpenTransaction(
    TopicPartition partition,
    long producerId,
    int producerEpoch,
    int coordinatorEpoch,
    long startOffset,
    Instant lastRecord) {

  /** Whose it is and where it begins, as part of a line for people. */
  public String line() {
    return "producer "
        + producerId
        + ", epoch "
        + producerEpoch
        + ", open from offset "
        + startOffset
        + ", last record of "
        + lastRecord;
  }

  /** True when {@code other} is the same transaction, seen at another time. */
  public boolean isSameAs(OpenTransaction other) {
    return partition.equals(other.partition)
        && producerId == other.producerId
        && producerEpoch == other.producerEpoch
        && coordinatorEpoch == other.coordinatorEpoch
        && startOffset == other.startOffset
        && lastRecord.equals(other.lastRecord);
  }
}
