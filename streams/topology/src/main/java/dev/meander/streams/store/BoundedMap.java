package dev.meander.streams.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Live objects by key, at most a given number: the one not used for longest goes first. Whatever
 * goes must be in a store already.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
public final class BoundedMap<K, V> {

  private final LinkedHashMap<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final int max;
  private final Consumer<V> evicted;

  /**
   * @param max largest number of entries, {@code >= 1}
   * @param evicted told of each value that makes room for another
   */
  public BoundedMap(int max, Consumer<V> evicted) {
    if (max < 1) {
      throw new IllegalArgumentException("expected at least 1 live object, found " + max);
    }
    this.max = max;
    this.evicted = evicted;
  }

  /** The value of {@code key}, marked as used now; null when it is not live. */
  public @Nullable V get(K key) {
    return entries.get(key);
  }

  /** Adds a value, after making room for it. */
  public void put(K key, V value) {
    if (entries.size() == max && !entries.containsKey(key)) {
      Map.Entry<K, V> eldest = entries.entrySet().iterator().next();
      entries.remove(eldest.getKey());
      evicted.accept(eldest.getValue());
    }
    entries.put(key, value);
  }

  /** Takes a value out, if there is one; it is not told as evicted. */
  public void remove(K key) {
    entries.remove(key);
  }

  /** All values, the one not used for longest first; a copy. */
  public Collection<V> values() {
    return List.copyOf(entries.values());
  }

  public int size() {
    return entries.size();
  }
}
