package dev.meander.replay.recorded;

import dev.meander.core.learner.ConfigurationText;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The recorded samples. Committed ones only, and of those what the learner could use: what was a
 * dead letter then is left out now.
 *
 * <p>Thread-safety: none.
 */
public interface SampleLog {

  /**
   * Offsets that are still there.
   *
   * @param from the first one
   * @param to the one after the last
   */
  record Offsets(long from, long to) {}

  /** What is there of a partition of the samples; {@code from == to} when nothing is. */
  Offsets offsets(int partition);

  /** The partition that a lineage's samples go to. */
  int partition(LineageId lineage);

  /** The configuration with this digest, where the log tells it; null where it does not. */
  default @Nullable ConfigurationText configuration(Sha256 digest) {
    return null;
  }

  /**
   * Reads a lineage's samples in order of offset.
   *
   * @param partition where they lie
   * @param from first offset that is read
   * @param taker given each sample; false ends the reading
   */
  void read(LineageId lineage, int partition, long from, Predicate<Sample> taker);

  /**
   * Offsets of the lineage's samples that were left out while memory was short, as the dead letters
   * say.
   *
   * @param partition where they lie
   */
  default Set<Long> leftOut(LineageId lineage, int partition) {
    return Set.of();
  }
}
