package dev.meander.streams.learner;

import dev.meander.core.weights.LineageId;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Pauses in a store by lineage.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class LineagePauses {

  private final KeyValueStore<String, byte[]> store;

  LineagePauses(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  Pauses of(LineageId lineage) {
    return Pauses.of(lineage.toString(), store.get(lineage.toString()));
  }

  void put(LineageId lineage, Pauses pauses) {
    if (pauses.isEmpty()) {
      store.delete(lineage.toString());
    } else {
      store.put(lineage.toString(), pauses.toBytes());
    }
  }
}
