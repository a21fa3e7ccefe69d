package dev.meander.streams.path;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time records carry through the topology. Never negative, because a negative one stops a
 * stream thread, and never later than the record it stems from, because a broker refuses a record
 * from the future and a refused record stops the transaction.
 *
 * <p>Thread-safety: stateless.
 */
public final class RecordTime implements TimestampExtractor {

  /**
   * The timestamp of a record made from an event.
   *
   * @param eventTimeMillis what the event claims
   * @param recordMillis timestamp of the record it came in, {@code >= 0}
   */
  public static long of(long eventTimeMillis, long recordMillis) {
    return Math.min(Math.max(0, eventTimeMillis), recordMillis);
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp());
  }
}
