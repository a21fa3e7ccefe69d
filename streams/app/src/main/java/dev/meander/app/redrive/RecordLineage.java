package dev.meander.app.redrive;

import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import org.jspecify.annotations.Nullable;

/**
 * The lineage that a dead letter's own bytes name. Traffic is keyed by event, so only the record
 * says whose it is, and only a registry makes it readable.
 *
 * <p>Thread-safety: one thread at a time.
 */
final class RecordLineage {

  private final TopicNames names;
  private final @Nullable RecordSerdes serdes;

  /**
   * @param serdes null when no registry is known; then no record names a lineage
   */
  RecordLineage(TopicNames names, @Nullable RecordSerdes serdes) {
    this.names = names;
    this.serdes = serdes;
  }

  /** The lineage; empty when the bytes cannot be read. */
  String of(Letter letter) {
    if (serdes == null || letter.cause() == null) {
      return "";
    }
    String topic = letter.cause().topic();
    byte[] value = letter.record().value();
    if (topic.equals(names.traffic())
        && serdes.decode(topic, InferenceEvent.class, value)
            instanceof Decoded.Value<InferenceEvent> event) {
      return event.value().getLineage();
    }
    if (topic.equals(names.samples())
        && serdes.decode(topic, Sample.class, value) instanceof Decoded.Value<Sample> sample) {
      return sample.value().getEvent().getLineage();
    }
    return "";
  }
}
