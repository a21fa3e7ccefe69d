package dev.meander.app.versions;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records that a reading passed over because they cannot be used: how many, and where the first
 * lies. A record that is read twice counts once.
 *
 * <p>Thread-safety: none.
 */
public final class PassedOver {

  private record Place(String topic, int partition, long offset) {}

  private final Set<Place> places = new HashSet<>();
  private @Nullable String first;

  /** Counts {@code record}; {@code why} is what was expected of it. */
  void add(ConsumerRecord<byte[], byte[]> record, String why) {
    Place place = new Place(record.topic(), record.partition(), record.offset());
    places.add(place);
    if (first == null) {
      first =
          "offset "
              + place.offset()
              + " of partition "
              + place.partition()
              + " of "
              + place.topic()
              + ": "
              + why;
    }
  }

  /** Records that were passed over. */
  public int count() {
    return places.size();
  }

  /** What to say of them; empty when there are none. */
  public Optional<String> line() {
    if (first == null) {
      return Optional.empty();
    }
    return Optional.of(
        count() == 1
            ? "passed over a record that cannot be used, at " + first
            : "passed over " + count() + " records that cannot be used, the first at " + first);
  }
}
