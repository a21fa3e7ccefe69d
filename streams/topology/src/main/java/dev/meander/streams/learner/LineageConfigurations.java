package dev.meander.streams.learner;

import dev.meander.core.learner.ConfigurationText;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * With which configuration each lineage learned last: its digest by lineage, and the text of each
 * digest once, under a key that no lineage has.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class LineageConfigurations {

  private static final String TEXT = "/";

  private final KeyValueStore<String, byte[]> store;
  private final ConfigurationText now;
  private final Sha256 digest;

  /**
   * @param store of the task
   * @param config with which it learns now
   */
  LineageConfigurations(KeyValueStore<String, byte[]> store, LearnerConfig config) {
    this.store = store;
    this.now = ConfigurationText.of(config);
    this.digest = config.digest();
  }

  /**
   * Remembers that {@code lineage} learns with the configuration of now.
   *
   * @return which keys are others than before, {@code batch.size: 64 -> 32}; empty when none is, or
   *     nothing is known of before
   */
  List<String> continued(LineageId lineage) {
    byte[] before = store.get(lineage.toString());
    if (before != null && Arrays.equals(before, digest.bytes())) {
      return List.of();
    }
    store.put(lineage.toString(), digest.bytes());
    String key = TEXT + digest.hex();
    if (store.get(key) == null) {
      store.put(key, now.toString().getBytes(StandardCharsets.UTF_8));
    }
    byte[] text = before == null ? null : store.get(TEXT + Sha256.wrap(before).hex());
    return text == null
        ? List.of()
        : ConfigurationText.parse(new String(text, StandardCharsets.UTF_8)).differences(now);
  }

  /**
   * What to say of a learner that goes on.
   *
   * @param version it goes on after
   * @param reset why it starts again at the base model; null when it does not
   * @param differences what {@link #continued} gave
   * @return null when there is nothing to say
   */
  static @Nullable String told(
      LineageId lineage, long version, @Nullable String reset, List<String> differences) {
    if (reset == null && differences.isEmpty()) {
      return null;
    }
    String changes = differences.isEmpty() ? "" : ": " + String.join(", ", differences);
    return reset == null
        ? lineage + " goes on after version " + version + " with another configuration" + changes
        : lineage + " starts again after version " + version + ": " + reset + changes;
  }
}
