package dev.meander.streams.learner;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Sample;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of a sample against the model. Total: every record gives a sample or a named
 * refusal.
 *
 * <p>Thread-safety: one thread at a time.
 */
final class SampleReader {

  private final RecordSerdes serdes;
  private final EventReader reader;

  SampleReader(RecordSerdes serdes, ModelSpec model) {
    this.serdes = serdes;
    this.reader = new EventReader(model);
  }

  /**
   * @param topic full name of the topic it came from
   * @param key must be the event's lineage, because the key decides the partition and with it who
   *     owns the lineage
   * @param offset its offset there
   * @throws dev.meander.schemas.kafka.RegistryUnavailableException when the schema is needed and
   *     the registry does not answer
   */
  EventReading read(String topic, byte @Nullable [] key, byte @Nullable [] value, long offset) {
    Decoded<Sample> decoded = serdes.decode(topic, Sample.class, value);
    if (decoded instanceof Decoded.Refusal<Sample> refusal) {
      return new EventReading.Unusable(refusal.reason(), refusal.message());
    }
    Sample sample = ((Decoded.Value<Sample>) decoded).value();
    double weight = sample.getWeight();
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      return new EventReading.Unusable(
          RejectReason.OUT_OF_RANGE, "expected a finite weight > 0, found " + weight);
    }
    EventReading reading = reader.read(sample.getEvent(), weight, offset);
    String found = key == null ? "none" : new String(key, StandardCharsets.UTF_8);
    if (reading instanceof EventReading.Usable usable
        && !usable.lineage().toString().equals(found)) {
      return new EventReading.Unusable(
          RejectReason.UNKNOWN_LINEAGE,
          "expected the key " + usable.lineage() + ", found " + found);
    }
    return reading;
  }
}
