package dev.meander.serving.traffic;

import dev.meander.core.wire.EventReader;
import dev.meander.schemas.record.InferenceEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Events as records, with CloudEvents headers in binary mode.
 *
 * <p>Thread-safety: immutable.
 */
final class EventRecords {

  /** CloudEvents type of an event. */
  static final String TYPE = "dev.meander.inference";

  /** The value is Avro in Confluent's wire format. */
  static final String CONTENT_TYPE = "application/avro";

  private final TrafficConfig config;

  EventRecords(TrafficConfig config) {
    this.config = config;
  }

  /** The event of {@code row}. */
  InferenceEvent event(Exchange exchange, int row) {
    int[] shape = exchange.input().shape();
    float[] logits = exchange.answer().logits().row(row);
    List<Float> boxed = new ArrayList<>(logits.length);
    for (float logit : logits) {
      boxed.add(logit);
    }
    return InferenceEvent.newBuilder()
        .setEventId(exchange.eventId(row))
        .setLineage(exchange.answer().version().lineage().toString())
        .setVersion(exchange.answer().version().number())
        .setEventTime(Instant.ofEpochMilli(exchange.eventTimeMillis()))
        .setInput(
            EventReader.tensor(
                exchange.input().row(row), Arrays.copyOfRange(shape, 1, shape.length)))
        .setLogits(boxed)
        .setNode(config.node())
        .build();
  }

  /** The record of {@code event} whose bytes are {@code value}, stamped with {@code millis}. */
  ProducerRecord<byte[], byte[]> record(InferenceEvent event, byte[] value, long millis) {
    String key =
        switch (config.key()) {
          case EVENT_ID -> event.getEventId();
          case SCOPE -> event.getLineage();
        };
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(config.topic(), null, millis, utf8(key), value);
    Headers headers = record.headers();
    headers.add("ce_specversion", utf8("1.0"));
    headers.add("ce_type", utf8(TYPE));
    headers.add("ce_source", utf8(config.node()));
    headers.add("ce_id", utf8(event.getEventId()));
    headers.add("ce_time", utf8(DateTimeFormatter.ISO_INSTANT.format(event.getEventTime())));
    headers.add("content-type", utf8(CONTENT_TYPE));
    return record;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
