package dev.meander.streams.learner;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.streams.store.BoundedMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The learners of a task that are in memory, bounded in number and in bytes: the one not used for
 * longest goes first. Whatever goes is in the stores already.
 *
 * <p>Of a learner that went, only the number of its waiting samples stays, because a sample that
 * completes no batch needs no learner. So a lineage costs one restore per step however many there
 * are, not one per sample.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class LiveLearners {

  /** Lineages of a task whose waiting samples are counted; of another, the stores are asked. */
  private static final int WAITING_MAX = 100_000;

  /**
   * A learner holds its parameters, those it published, the base model's, a gradient and what the
   * engine is handed, of which the snapshot has one or, with moments, three.
   */
  private static final int HELD = 4;

  /** What a sample takes beside its floats. */
  private static final int SAMPLE_BYTES = 256;

  private final LinkedHashMap<LineageId, Entry> live = new LinkedHashMap<>(16, 0.75f, true);
  private final BoundedMap<LineageId, Waiting> waiting = new BoundedMap<>(WAITING_MAX, gone -> {});
  private final LearnerConfig config;
  private final int max;
  private final long bytesMax;
  private final Consumer<Learner> evicted;
  private long bytes;

  private record Entry(Learner learner, long bytes) {}

  /**
   * The unfinished batch of a learner that is not in memory.
   *
   * @param samples how many
   * @param firstMillis event time of the first; anything when there is none
   */
  private record Waiting(int samples, long firstMillis) {

    Waiting plus(Sample sample) {
      return new Waiting(samples + 1, samples == 0 ? sample.eventTimeMillis() : firstMillis);
    }
  }

  /**
   * @param config says when a batch is due
   * @param max largest number of learners, {@code >= 1}
   * @param bytesMax most bytes of their state and waiting samples; one learner may exceed it
   * @param evicted told of each learner that makes room for another
   */
  LiveLearners(LearnerConfig config, int max, long bytesMax, Consumer<Learner> evicted) {
    this.config = config;
    this.max = max;
    this.bytesMax = bytesMax;
    this.evicted = evicted;
  }

  /** The learner of {@code lineage}, marked as used now; null when it is not in memory. */
  @Nullable Learner get(LineageId lineage) {
    Entry entry = live.get(lineage);
    return entry == null ? null : entry.learner();
  }

  /** Adds or replaces a learner, after making room for it. */
  void put(LineageId lineage, Learner learner) {
    waiting.remove(lineage);
    Entry former = live.remove(lineage);
    if (former == null) {
      while (live.size() >= max) {
        evictEldest();
      }
    } else {
      bytes -= former.bytes();
    }
    live.put(lineage, new Entry(learner, 0));
  }

  /**
   * Counts what a learner that was just used takes, and makes room.
   *
   * @param stateBytes of its snapshot
   */
  void weigh(LineageId lineage, long stateBytes) {
    Entry entry = live.get(lineage);
    if (entry == null) {
      return;
    }
    List<Sample> pending = entry.learner().pending();
    long sampleBytes =
        pending.isEmpty()
            ? 0
            : SAMPLE_BYTES
                + 4L * (pending.get(0).input().length + pending.get(0).servedLogits().length);
    Entry now = new Entry(entry.learner(), HELD * stateBytes + pending.size() * sampleBytes);
    live.put(lineage, now);
    bytes += now.bytes() - entry.bytes();
    while (bytes > bytesMax && live.size() > 1) {
      evictEldest();
    }
  }

  private void evictEldest() {
    Map.Entry<LineageId, Entry> eldest = live.entrySet().iterator().next();
    live.remove(eldest.getKey());
    bytes -= eldest.getValue().bytes();
    Learner learner = eldest.getValue().learner();
    List<Sample> pending = learner.pending();
    waiting.put(
        eldest.getKey(),
        new Waiting(pending.size(), pending.isEmpty() ? 0 : pending.get(0).eventTimeMillis()));
    evicted.accept(learner);
  }

  /**
   * Whether {@code sample} only waits: its learner is not in memory and would make no step with it.
   * Then it counts as waiting.
   */
  boolean onlyWaits(LineageId lineage, Sample sample) {
    Waiting before = live.containsKey(lineage) ? null : waiting.get(lineage);
    if (before == null || before.samples() + 1 >= config.batchSize()) {
      return false;
    }
    long ageMillis = sample.eventTimeMillis() - before.firstMillis();
    if (before.samples() >= config.batchMin() && ageMillis > config.batchAgeMax().toMillis()) {
      return false;
    }
    waiting.put(lineage, before.plus(sample));
    return true;
  }

  int size() {
    return live.size();
  }

  /** Bytes of all of them, as far as they were weighed. */
  long bytes() {
    return bytes;
  }
}
