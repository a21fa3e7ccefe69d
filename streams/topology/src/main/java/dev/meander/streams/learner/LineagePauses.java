package dev.meander.streams.learner;

import dev.meander.core.weights.LineageId;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Pauses in a store by lineage. Which lineages are paused is in memory too, because every sample
 * asks.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class LineagePauses {

  private final KeyValueStore<String, byte[]> store;
  private @Nullable Set<LineageId> paused;

  LineagePauses(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** True while nothing is learned of {@code lineage}. */
  boolean isPaused(LineageId lineage) {
    return paused().contains(lineage);
  }

  /** Read from the store when it is first asked for: then the store is restored. */
  private Set<LineageId> paused() {
    if (paused == null) {
      Set<LineageId> found = new HashSet<>();
      try (KeyValueIterator<String, byte[]> all = store.all()) {
        all.forEachRemaining(
            entry -> {
              if (Pauses.of(entry.key, entry.value).paused()) {
                found.add(LineageId.parse(entry.key));
              }
            });
      }
      paused = found;
    }
    return paused;
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
    if (pauses.paused()) {
      paused().add(lineage);
    } else {
      paused().remove(lineage);
    }
  }
}
