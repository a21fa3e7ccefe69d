package dev.meander.streams.path;

import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Where a processor writes records of one topic: encodes them and forwards them to a sink.
 *
 * <p>Thread-safety: none; belongs to one processor, which closes the serdes.
 */
public final class Outlet {

  private final ProcessorContext<? super byte[], ? super byte[]> context;
  private final RecordSerdes serdes;
  private final String topic;
  private final String sink;

  /**
   * @param context of the processor
   * @param serdes of the processor
   * @param topic what is written
   * @param topics full names
   * @param sink name of the sink node
   */
  public Outlet(
      ProcessorContext<? super byte[], ? super byte[]> context,
      RecordSerdes serdes,
      Topic topic,
      TopicNames topics,
      String sink) {
    this.context = context;
    this.serdes = serdes;
    this.topic = topics.of(topic);
    this.sink = sink;
  }

  /** {@code value} as it would be written. */
  public byte[] encode(SpecificRecord value) {
    return serdes.serialize(topic, value);
  }

  /** Writes {@code value}. */
  public void send(String key, SpecificRecord value, long timeMillis) {
    send(key, encode(value), timeMillis, new RecordHeaders());
  }

  /**
   * Writes {@code value} with the time of the newest record that was read, not of its event:
   * retention goes by it, and what is said of an old event would be gone from the log before
   * anybody saw it.
   *
   * @param eventMillis time of the event, which counts where it is later, as after a command, or
   *     where this task has read nothing yet
   */
  public void sendNow(String key, SpecificRecord value, long eventMillis) {
    send(key, value, Math.max(eventMillis, context.currentStreamTimeMs()));
  }

  /** Writes that nothing has this key any more. */
  public void remove(String key, long timeMillis) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    context.forward(new Record<>(keyBytes, null, timeMillis), sink);
  }

  /** Writes what {@link #encode} gave. */
  public void send(String key, byte[] value, long timeMillis, Headers headers) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    context.forward(new Record<>(keyBytes, value, timeMillis, headers), sink);
  }
}
