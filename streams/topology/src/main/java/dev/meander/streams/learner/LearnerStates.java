package dev.meander.streams.learner;

import dev.meander.core.learner.Learner;
import dev.meander.core.weights.LineageId;
import dev.meander.streams.store.StoredBlocks;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Learner state in a store, one entry per block under {@code lineage/block}. No lineage holds a
 * slash, so no lineage's keys begin with another's.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class LearnerStates {

  private final StoredBlocks stored;
  private long bytes;

  LearnerStates(KeyValueStore<String, byte[]> store) {
    this.stored = new StoredBlocks(store);
  }

  /**
   * Continues {@code learner} from the store, if it holds anything. What belongs to another model
   * or method gives way to the learner's new start, so that version numbers go on.
   *
   * @return why the learner starts again at the base model; null when it continues or is new
   * @throws IllegalStateException when the stored blocks are damaged
   */
  @Nullable String restore(Learner learner) {
    Map<String, byte[]> blocks = stored.read(learner.lineage().toString());
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
    String lineage = learner.lineage().toString();
    Map<String, byte[]> blocks = learner.snapshot();
    bytes = bytes(blocks);
    stored.write(lineage, stored.read(lineage), blocks);
  }

  /** True when something is stored of {@code lineage}. */
  boolean holds(LineageId lineage) {
    return !stored.read(lineage.toString()).isEmpty();
  }

  /** Writes the blocks that differ from the stored ones. */
  void write(Learner learner) {
    bytes = stored.put(learner.lineage().toString(), learner.blocks());
  }

  /** Bytes of the last state that was read or written; those of one method are about equal. */
  long bytes() {
    return bytes;
  }

  private static long bytes(Map<String, byte[]> blocks) {
    return blocks.values().stream().mapToLong(block -> block.length).sum();
  }
}
