package dev.meander.streams.deadletter;

import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Retention;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of one processor: a refused record is counted, explained and forwarded with its
 * original key, value and headers, and the stream goes on.
 *
 * <p>A record too large for the dead-letter topic is forwarded without its value and with {@link
 * DeadLetter#VALUE_BYTES}; topic, partition and offset say where the original lies.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
public final class DeadLetters {

  /** Room for the headers that explain, and for what a batch adds. */
  private static final int RESERVED_BYTES = 32 * 1024;

  /** Largest key, headers and value together that are laid aside. */
  static final int ORIGINAL_BYTES_MAX = Retention.DEAD_LETTER_BYTES_MAX - RESERVED_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private final ProcessorContext<? super byte[], ? super byte[]> context;
  private final Meters meters;
  private final String sink;

  /**
   * @param context of the processor
   * @param meters of the processor
   * @param sink name of the sink node
   */
  public DeadLetters(
      ProcessorContext<? super byte[], ? super byte[]> context, Meters meters, String sink) {
    this.context = context;
    this.meters = meters;
    this.sink = sink;
  }

  /** Lays aside the record that is being processed. */
  public void send(Record<byte[], byte[]> original, RejectReason reason, String message) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    send(original, from.topic(), from.partition(), from.offset(), reason, message);
  }

  /** Lays aside a record that was read before. */
  public void send(
      Record<byte[], byte[]> original,
      String topic,
      int partition,
      long offset,
      RejectReason reason,
      String message) {
    meters.count(Metric.DEAD_LETTERS, reason.name());
    LOG.trace("{} {}/{}: {}: {}", topic, partition, offset, reason, message);
    Headers headers =
        DeadLetter.headers(original.headers(), reason, message, topic, partition, offset);
    byte @Nullable [] value = original.value();
    if (value != null && bytes(original) > ORIGINAL_BYTES_MAX) {
      headers.add(
          DeadLetter.VALUE_BYTES, String.valueOf(value.length).getBytes(StandardCharsets.UTF_8));
      value = null;
    }
    context.forward(new Record<>(original.key(), value, original.timestamp(), headers), sink);
  }

  /** Bytes of key, value and headers together. */
  public static long bytes(Record<byte[], byte[]> record) {
    long bytes = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      bytes += header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
