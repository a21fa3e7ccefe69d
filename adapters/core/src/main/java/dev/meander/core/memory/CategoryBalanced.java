package dev.meander.core.memory;

import dev.meander.core.optimise.StateArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * RoTTA's category-balanced sampling with timeliness and uncertainty (CSTU; Yuan et al., CVPR
 * 2023). The score of a sample of age a and uncertainty u is {@code lambda_t / (1 + exp(-a/N)) +
 * lambda_u u / ln C}; N is the capacity, C the number of classes.
 *
 * <p>A sample of a class that holds fewer than N/C is added while there is room, and otherwise
 * competes with the samples of the classes that hold most; a sample of another class competes with
 * those of its own. Among the competitors the one with the largest score, the last of equals, is
 * given up if its score is above the new sample's; else the new one is rejected. Then all ages grow
 * by one. More classes than places is fine: N/C is a real number.
 *
 * <p>Thread-safety: none.
 */
public final class CategoryBalanced implements MemoryBank {

  private final SampleSlots slots;
  private final int classes;
  private final double lambdaTime;
  private final double lambdaUncertainty;

  /**
   * @param capacity N, at least 1
   * @param classes C, at least 2
   * @param inputShape of one input
   */
  public CategoryBalanced(
      int capacity, int classes, int[] inputShape, double lambdaTime, double lambdaUncertainty) {
    this.slots = new SampleSlots(capacity, inputShape);
    this.classes = classes;
    this.lambdaTime = lambdaTime;
    this.lambdaUncertainty = lambdaUncertainty;
  }

  @Override
  public Admission offer(float[] input, int label, double uncertainty, RandomGenerator random) {
    Admission admission = place(input, label, uncertainty);
    slots.count();
    return admission;
  }

  private Admission place(float[] input, int label, double uncertainty) {
    int[] counts = counts();
    boolean scarce = counts[label] < (double) slots.capacity() / classes;
    if (scarce && slots.size() < slots.capacity()) {
      slots.put(slots.free(), input, label, uncertainty);
      return Admission.ADDED;
    }
    int most = Arrays.stream(counts).max().orElse(0);
    int worst = -1;
    for (int slot : ordered()) {
      int of = slots.label(slot);
      boolean competes = scarce ? counts[of] == most : of == label;
      if (competes && (worst < 0 || score(slot) >= score(worst))) {
        worst = slot;
      }
    }
    if (worst < 0) {
      slots.put(slots.free(), input, label, uncertainty);
      return Admission.ADDED;
    }
    if (score(worst) > score(0, uncertainty)) {
      slots.free(worst);
      slots.put(worst, input, label, uncertainty);
      return Admission.REPLACED;
    }
    return Admission.REJECTED;
  }

  private int[] counts() {
    int[] counts = new int[classes];
    for (int slot = 0; slot < slots.capacity(); slot++) {
      if (!slots.isFree(slot)) {
        counts[slots.label(slot)]++;
      }
    }
    return counts;
  }

  private double score(int slot) {
    return score(slots.age(slot), slots.uncertainty(slot));
  }

  private double score(double age, double uncertainty) {
    return lambdaTime / (1 + Math.exp(-age / slots.capacity()))
        + lambdaUncertainty * uncertainty / Math.log(classes);
  }

  /** Slots by class, then by time. */
  private int[] ordered() {
    List<Integer> held =
        new ArrayList<>(
            IntStream.range(0, slots.capacity())
                .filter(slot -> !slots.isFree(slot))
                .boxed()
                .toList());
    held.sort(Comparator.<Integer>comparingInt(slots::label).thenComparingDouble(slots::offer));
    return held.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Samples by class, then by time. */
  @Override
  public Remembered content() {
    return slots.read(ordered());
  }

  @Override
  public int size() {
    return slots.size();
  }

  @Override
  public int capacity() {
    return slots.capacity();
  }

  @Override
  public void state(StateArrays arrays) {
    slots.state(arrays);
  }

  @Override
  public void clear() {
    slots.clear();
  }
}
