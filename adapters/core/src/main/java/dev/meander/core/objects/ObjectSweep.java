package dev.meander.core.objects;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes objects that no version refers to: of versions that were retired, and of transactions
 * that were aborted.
 *
 * <p>An object goes when two things hold: no record that is committed names it, and it was put
 * before a given time. The time protects objects whose record is not committed yet, so it must lie
 * further back than any transaction may take. What is referred to is a matter of all lineages
 * together, because equal payloads are one object. Repeating a sweep, or one that was interrupted,
 * changes nothing that is referred to.
 *
 * <p>Thread-safety: immutable.
 */
public final class ObjectSweep {

  /** Failures that are told; all of them are counted. */
  private static final int FAILURES_MAX = 100;

  private final Set<String> referred;
  private final Instant before;

  /**
   * @param referred names of the objects that committed records name
   * @param before objects put at this time or later stay
   */
  public ObjectSweep(Set<String> referred, Instant before) {
    this.referred = Set.copyOf(referred);
    this.before = before;
  }

  /** What becomes of an object, and why. */
  public enum Fate {
    /** A version names it: it stays. */
    REFERRED,
    /** No version names it yet; one may be on its way: it stays. */
    YOUNG,
    /** No version names it: it goes. */
    UNREFERRED,
    /** No version names it, and it could not be removed. */
    STUCK
  }

  /**
   * What a sweep found.
   *
   * @param objects by what becomes of them
   * @param bytes of those that go
   * @param unfinished remains of puts that never ended
   * @param failures why objects that should go are still there
   */
  public record Swept(
      Map<Fate, Integer> objects, long bytes, int unfinished, List<String> failures) {

    public Swept {
      objects = Map.copyOf(objects);
      failures = List.copyOf(failures);
    }

    /** Objects of one fate. */
    public int count(Fate fate) {
      return objects.getOrDefault(fate, 0);
    }
  }

  /** What is to become of {@code object}. */
  public Fate fate(ObjectStore.Stored object) {
    if (referred.contains(object.name())) {
      return Fate.REFERRED;
    }
    return object.putAt().isBefore(before) ? Fate.UNREFERRED : Fate.YOUNG;
  }

  /** What {@link #run} would find; removes nothing. */
  public Swept plan(ObjectStore objects) throws IOException {
    return sweep(objects, false);
  }

  /**
   * Removes what is to go. An object that cannot be removed is told in the result, and the others
   * go.
   *
   * @throws IOException when the store cannot be read
   */
  public Swept run(ObjectStore objects) throws IOException {
    return sweep(objects, true);
  }

  private Swept sweep(ObjectStore objects, boolean remove) throws IOException {
    Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
    List<String> failures = new ArrayList<>();
    long[] bytes = {0};
    objects.forEach(
        object -> {
          Fate fate = fate(object);
          if (fate == Fate.UNREFERRED && remove) {
            fate = remove(objects, object, failures);
          }
          counts.merge(fate, 1, Integer::sum);
          bytes[0] += fate == Fate.UNREFERRED ? object.bytes() : 0;
        });
    int unfinished = remove ? objects.removeUnfinished(before) : 0;
    return new Swept(counts, bytes[0], unfinished, failures);
  }

  private Fate remove(ObjectStore objects, ObjectStore.Stored object, List<String> failures) {
    try {
      return objects.remove(object.name(), before) ? Fate.UNREFERRED : Fate.YOUNG;
    } catch (IOException e) {
      if (failures.size() < FAILURES_MAX) {
        failures.add("expected " + object.name() + " to go, found " + e);
      }
      return Fate.STUCK;
    }
  }
}
