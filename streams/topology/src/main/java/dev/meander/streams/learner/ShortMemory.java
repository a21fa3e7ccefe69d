package dev.meander.streams.learner;

import dev.meander.core.learner.MemoryShortException;
import dev.meander.core.learner.Refusals;
import dev.meander.core.weights.LineageId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often memory was short for the next batch of a lineage. The thread that met it gives way to
 * another one, which tries again after a pause; a batch that it is too short for however often it
 * is tried is left out in the end, because the stream must go on.
 *
 * <p>Thread-safety: safe from any thread.
 */
final class ShortMemory {

  /** Attempts at one batch that wait for memory. */
  static final int ATTEMPTS_MAX = 3;

  private final Map<LineageId, Integer> attempts = new ConcurrentHashMap<>();

  /** What the learner of {@code lineage} is told before a step. */
  Refusals refusals(LineageId lineage) {
    return new Refusals(attempts.getOrDefault(lineage, 0) < ATTEMPTS_MAX, Set.of());
  }

  /** Counts an attempt; what is to be thrown for another one. */
  MemoryUnavailableException wasShort(LineageId lineage, MemoryShortException failure) {
    int made = attempts.merge(lineage, 1, Integer::sum);
    return new MemoryUnavailableException(
        lineage
            + ": attempt "
            + made
            + " of "
            + ATTEMPTS_MAX
            + ", then the batch is left out; a smaller batch.size needs less: "
            + failure.getMessage(),
        failure);
  }

  /** Forgets the attempts, because a step was made. */
  void sufficed(LineageId lineage) {
    attempts.remove(lineage);
  }
}
