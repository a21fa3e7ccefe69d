package dev.meander.core.memory;

import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Prediction-balanced reservoir sampling (PBRS; NOTE, Gong et al., NeurIPS 2022, algorithm 1): a
 * bank whose predicted classes stay balanced while each class is a uniform sample of what the
 * stream showed of it. While there is room everything is added. In a full bank a sample of a class
 * that is not among the largest replaces a random sample of a largest class; otherwise it replaces
 * a random one of its own with chance {@code held / seen} of its class.
 *
 * <p>Thread-safety: none.
 */
public final class BalancedReservoir implements MemoryBank {

  private final SampleSlots slots;
  private final double[] seen;

  /**
   * @param capacity samples held, at least 1
   * @param classes number of classes
   * @param inputShape of one input
   */
  public BalancedReservoir(int capacity, int classes, int[] inputShape) {
    this.slots = new SampleSlots(capacity, inputShape);
    this.seen = new double[classes];
  }

  @Override
  public Admission offer(float[] input, int label, double uncertainty, RandomGenerator random) {
    Admission admission = place(input, label, uncertainty, random);
    slots.count();
    return admission;
  }

  private Admission place(float[] input, int label, double uncertainty, RandomGenerator random) {
    seen[label]++;
    int free = slots.free();
    if (free >= 0) {
      slots.put(free, input, label, uncertainty);
      return Admission.ADDED;
    }
    int[] counts = new int[seen.length];
    for (int slot = 0; slot < slots.capacity(); slot++) {
      counts[slots.label(slot)]++;
    }
    int most = Arrays.stream(counts).max().orElse(0);
    int[] given;
    if (counts[label] < most) {
      given = slotsWhere(counts, most, -1);
    } else if (random.nextDouble() < counts[label] / seen[label]) {
      given = slotsWhere(counts, -1, label);
    } else {
      return Admission.REJECTED;
    }
    slots.put(given[random.nextInt(given.length)], input, label, uncertainty);
    return Admission.REPLACED;
  }

  /** Slots of the classes that hold {@code count}, or of {@code label}. */
  private int[] slotsWhere(int[] counts, int count, int label) {
    return IntStream.range(0, slots.capacity())
        .filter(slot -> counts[slots.label(slot)] == count || slots.label(slot) == label)
        .toArray();
  }

  @Override
  public Remembered content() {
    return slots.read(
        IntStream.range(0, slots.capacity()).filter(slot -> !slots.isFree(slot)).toArray());
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
    arrays.add("bank-seen", seen);
  }

  @Override
  public void clear() {
    slots.clear();
    Arrays.fill(seen, 0);
  }
}
