package dev.meander.core.memory;

import dev.meander.core.math.Vectors;
import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;

/**
 * A ring of features with the probabilities predicted for them; answers with the mean probabilities
 * of the nearest ones by cosine (AdaContrast's refinement of pseudo-labels).
 *
 * <p>Thread-safety: none.
 */
public final class Retrieval {

  private final int capacity;
  private final int width;
  private final int classes;
  private final float[] features;
  private final float[] probabilities;
  private final double[] written = new double[1];

  /**
   * @param capacity features held, at least 1
   */
  public Retrieval(int capacity, int width, int classes) {
    this.capacity = capacity;
    this.width = width;
    this.classes = classes;
    this.features = new float[Math.multiplyExact(capacity, width)];
    this.probabilities = new float[Math.multiplyExact(capacity, classes)];
  }

  /** Features held. */
  public int size() {
    return (int) Math.min(capacity, written[0]);
  }

  /** Writes one feature with its probabilities over the oldest. */
  public void add(float[] feature, float[] probability) {
    int slot = (int) (written[0] % capacity);
    System.arraycopy(feature, 0, features, slot * width, width);
    System.arraycopy(probability, 0, probabilities, slot * classes, classes);
    written[0]++;
  }

  /**
   * Mean probabilities of the {@code neighbours} nearest features, or of all when there are fewer.
   *
   * @throws IllegalStateException when the ring is empty
   */
  public float[] mean(float[] feature, int neighbours) {
    int held = size();
    if (held == 0) {
      throw new IllegalStateException("expected features to retrieve from, found none");
    }
    int count = Math.min(neighbours, held);
    double[] best = new double[count];
    int[] slots = new int[count];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    for (int slot = 0; slot < held; slot++) {
      float[] other = Arrays.copyOfRange(features, slot * width, (slot + 1) * width);
      double cosine = Vectors.cosine(feature, other);
      int at = count;
      while (at > 0 && cosine > best[at - 1]) {
        at--;
      }
      if (at < count) {
        System.arraycopy(best, at, best, at + 1, count - 1 - at);
        System.arraycopy(slots, at, slots, at + 1, count - 1 - at);
        best[at] = cosine;
        slots[at] = slot;
      }
    }
    float[] mean = new float[classes];
    for (int slot : slots) {
      for (int c = 0; c < classes; c++) {
        mean[c] += probabilities[slot * classes + c] / count;
      }
    }
    return mean;
  }

  public void state(StateArrays arrays) {
    arrays.add("retrieval-features", features);
    arrays.add("retrieval-probabilities", probabilities);
    arrays.add("retrieval-written", written);
  }

  /** Forgets everything. */
  public void clear() {
    Arrays.fill(features, 0);
    Arrays.fill(probabilities, 0);
    written[0] = 0;
  }
}
