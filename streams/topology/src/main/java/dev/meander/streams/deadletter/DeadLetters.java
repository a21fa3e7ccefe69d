package dev.meander.streams.deadletter;

import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of one processor: a refused record is counted, explained and forwarded with its
 * original key, value and headers, and the stream goes on.
 *
 * <p>A record too large for the dead-letter topic is forwarded without its largest parts, see
 * {@link LetterParts}; topic, partition and offset say where the original lies.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
public final class DeadLetters {

  /** Room for the headers that explain, and for what a batch adds. */
  private static final int RESERVED_BYTES = 32 * 1024;

  /** Smallest limit of a letter within which it can say why it is there. */
  public static final int BYTES_MIN = RESERVED_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private final ProcessorContext<? super byte[], ? super byte[]> context;
  private final Meters meters;
  private final String sink;
  private final int originalBytesMax;

  /**
   * @param context of the processor
   * @param meters of the processor
   * @param sink name of the sink node
   * @param bytesMax largest letter that is taken, {@code >= BYTES_MIN}
   */
  public DeadLetters(
      ProcessorContext<? super byte[], ? super byte[]> context,
      Meters meters,
      String sink,
      int bytesMax) {
    this.context = context;
    this.meters = meters;
    this.sink = sink;
    this.originalBytesMax = bytesMax - RESERVED_BYTES;
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
    LetterParts parts = LetterParts.of(original, originalBytesMax);
    Headers headers =
        DeadLetter.headers(parts.headers(), reason, message, topic, partition, offset);
    parts.leftOut().forEach((name, text) -> headers.add(name, bytes(text)));
    context.forward(new Record<>(parts.key(), parts.value(), original.timestamp(), headers), sink);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes of key, value and headers together. */
  public static long bytes(Record<byte[], byte[]> record) {
    return LetterParts.length(record.key())
        + LetterParts.length(record.value())
        + LetterParts.length(record.headers());
  }
}
