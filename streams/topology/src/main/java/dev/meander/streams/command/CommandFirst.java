package dev.meander.streams.command;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Lets a command go before every sample that waits: a task takes the record with the smallest time
 * first, and an operator must not wait for a backlog. What a command leads to takes its time from
 * the clock.
 *
 * <p>Thread-safety: stateless.
 */
public final class CommandFirst implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return 0;
  }
}
