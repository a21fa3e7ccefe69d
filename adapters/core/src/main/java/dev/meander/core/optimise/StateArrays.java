package dev.meander.core.optimise;

import java.util.Map;
import java.util.TreeMap;

/**
 * The arrays that a part of a method must not forget, by name. They are live, not copies, and their
 * lengths never change, so that a snapshot is read from them and restored into them.
 *
 * <p>Thread-safety: none.
 */
public final class StateArrays {

  private final Map<String, float[]> floats = new TreeMap<>();
  private final Map<String, double[]> doubles = new TreeMap<>();

  /**
   * @throws IllegalArgumentException when the name is taken
   */
  public void add(String name, float[] values) {
    check(name);
    floats.put(name, values);
  }

  /**
   * @throws IllegalArgumentException when the name is taken
   */
  public void add(String name, double[] values) {
    check(name);
    doubles.put(name, values);
  }

  private void check(String name) {
    if (floats.containsKey(name) || doubles.containsKey(name)) {
      throw new IllegalArgumentException("expected unique state names, found " + name + " twice");
    }
  }

  /** Every float array in order of name; live. */
  public Map<String, float[]> floats() {
    return floats;
  }

  /** Every double array in order of name; live. */
  public Map<String, double[]> doubles() {
    return doubles;
  }
}
