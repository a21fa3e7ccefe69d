package dev.meander.streams.learner;

import dev.meander.core.learner.Learner;
import dev.meander.core.weights.LineageId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Learner state in a store, one entry per block under {@code lineage/block}. No lineage holds a
 * slash, so no lineage's keys begin with another's.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class LearnerStates {

  private final KeyValueStore<String, byte[]> store;
  private long bytes;

  LearnerStates(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /**
   * Continues {@code learner} from the store, if it holds anything. What belongs to another model
   * or method gives way to the learner's new start, so that version numbers go on.
   *
   * @return why the learner starts again at the base model; null when it continues or is new
   * @throws IllegalStateException when the stored blocks are damaged
   */
  @Nullable String restore(Learner learner) {
    Map<String, byte[]> blocks = read(learner.lineage());
    if (blocks.isEmpty()) {
      return null;
    }
    bytes = bytes(blocks);
    String reset;
    try {
      reset = learner.restore(blocks);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "damaged state of " + learner.lineage() + ": " + e.getMessage(), e);
    }
    if (reset != null) {
      replace(learner);
    }
    return reset;
  }

  /** Writes {@code learner} in the place of everything that is stored of its lineage. */
  void replace(Learner learner) {
    read(learner.lineage()).keySet().forEach(block -> store.delete(key(learner.lineage(), block)));
    write(learner);
  }

  /** True when something is stored of {@code lineage}. */
  boolean holds(LineageId lineage) {
    return !read(lineage).isEmpty();
  }

  /** Writes the blocks that differ from the stored ones. */
  void write(Learner learner) {
    Map<String, byte[]> blocks = learner.snapshot();
    bytes = bytes(blocks);
    blocks.forEach(
        (block, value) -> {
          String key = key(learner.lineage(), block);
          if (!Arrays.equals(value, store.get(key))) {
            store.put(key, value);
          }
        });
  }

  /** Bytes of the last state that was read or written; those of one method are about equal. */
  long bytes() {
    return bytes;
  }

  private static long bytes(Map<String, byte[]> blocks) {
    return blocks.values().stream().mapToLong(block -> block.length).sum();
  }

  private Map<String, byte[]> read(LineageId lineage) {
    Map<String, byte[]> blocks = new TreeMap<>();
    String prefix = lineage + "/";
    for (KeyValue<String, byte[]> entry : scan(store, prefix)) {
      blocks.put(entry.key.substring(prefix.length()), entry.value);
    }
    return blocks;
  }

  private static String key(LineageId lineage, String block) {
    return lineage + "/" + block;
  }

  /** Every entry whose key begins with {@code prefix}, in order of key. */
  static List<KeyValue<String, byte[]>> scan(KeyValueStore<String, byte[]> store, String prefix) {
    List<KeyValue<String, byte[]>> found = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries =
        store.prefixScan(prefix, new StringSerializer())) {
      entries.forEachRemaining(found::add);
    }
    return found;
  }
}
