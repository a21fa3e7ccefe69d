package dev.meander.streams.path;

import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time records carry through the topology. Never negative, because a negative one stops a
 * stream thread, and never later than the record it stems from nor far in the future, because a
 * broker refuses a record from the future ({@code message.timestamp.after.max.ms}, an hour) and a
 * refused record stops the transaction. The topic that a record comes from may take what others
 * refuse.
 *
 * <p>Thread-safety: as its clock.
 */
public final class RecordTime implements TimestampExtractor {

  /** What clocks may differ by; half of what a broker takes by default. */
  static final long AHEAD_MILLIS_MAX = Duration.ofMinutes(30).toMillis();

  private final Clock clock;

  /**
   * @param clock says what the future is
   */
  public RecordTime(Clock clock) {
    this.clock = clock;
  }

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
    return Math.max(0, Math.min(record.timestamp(), clock.millis() + AHEAD_MILLIS_MAX));
  }
}
