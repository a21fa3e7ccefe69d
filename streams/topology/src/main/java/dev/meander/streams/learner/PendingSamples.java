package dev.meander.streams.learner;

import dev.meander.core.weights.LineageId;
import dev.meander.streams.store.StoredBlocks;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Samples of unfinished batches in a store, as they were consumed, under {@code lineage/offset}
 * with the offset in 16 hexadecimal digits, so that the order of keys is the order of offsets.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class PendingSamples {

  private static final HexFormat HEX = HexFormat.of();

  private final KeyValueStore<String, byte[]> store;

  /**
   * One of them.
   *
   * @param offset on the samples topic
   * @param bytes the record's value
   */
  record Pending(long offset, byte[] bytes) {}

  PendingSamples(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  void add(LineageId lineage, long offset, byte[] bytes) {
    store.put(key(lineage, offset), bytes);
  }

  /** The bytes of one of them; null when it is not there. */
  byte @Nullable [] get(LineageId lineage, long offset) {
    return store.get(key(lineage, offset));
  }

  void remove(LineageId lineage, long offset) {
    store.delete(key(lineage, offset));
  }

  /** All of one lineage, in order of offset. */
  List<Pending> of(LineageId lineage) {
    List<Pending> pending = new ArrayList<>();
    new StoredBlocks(store)
        .read(lineage.toString())
        .forEach(
            (offset, bytes) ->
                pending.add(new Pending(HexFormat.fromHexDigitsToLong(offset), bytes)));
    return pending;
  }

  private static String key(LineageId lineage, long offset) {
    return lineage + "/" + HEX.toHexDigits(offset);
  }
}
