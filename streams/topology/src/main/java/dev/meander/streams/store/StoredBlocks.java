package dev.meander.streams.store;

import dev.meander.core.learner.StateBlocks;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * State of lineages in a store, one entry per block under {@code lineage/block}. No lineage holds a
 * slash, so no lineage's keys begin with another's.
 *
 * <p>Thread-safety: none; belongs to one task.
 *
 * @param store where the blocks lie
 */
public record StoredBlocks(KeyValueStore<String, byte[]> store) {

  /** All blocks of {@code lineage} in order of name; none of one that was never written. */
  public Map<String, byte[]> read(String lineage) {
    String prefix = lineage + "/";
    Map<String, byte[]> blocks = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> entries =
        store.prefixScan(prefix, new StringSerializer())) {
      entries.forEachRemaining(
          entry -> blocks.put(entry.key.substring(prefix.length()), entry.value));
    }
    return blocks;
  }

  /**
   * Writes those of {@code now} that differ from what is stored, one in memory at a time, and
   * removes those that it has not.
   *
   * @return bytes of {@code now}
   */
  public long put(String lineage, StateBlocks now) {
    LongAdder bytes = new LongAdder();
    now.forEach(
        (block, value) -> {
          String key = lineage + "/" + block;
          if (!Arrays.equals(value, store.get(key))) {
            store.put(key, value);
          }
          bytes.add(value.length);
        });
    for (String block : now.absent()) {
      String key = lineage + "/" + block;
      if (store.get(key) != null) {
        store.delete(key);
      }
    }
    return bytes.sum();
  }

  /**
   * Makes {@code now} the blocks of {@code lineage}, touching only those that differ.
   *
   * @param before what {@link #read} gave
   */
  public void write(String lineage, Map<String, byte[]> before, Map<String, byte[]> now) {
    now.forEach(
        (block, bytes) -> {
          if (!Arrays.equals(bytes, before.get(block))) {
            store.put(lineage + "/" + block, bytes);
          }
        });
    for (String block : before.keySet()) {
      if (!now.containsKey(block)) {
        store.delete(lineage + "/" + block);
      }
    }
  }
}
