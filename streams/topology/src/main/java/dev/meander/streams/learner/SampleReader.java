package dev.meander.streams.learner;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Sample;
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
    return reader.read(((Decoded.Value<Sample>) decoded).value(), key, offset);
  }
}
