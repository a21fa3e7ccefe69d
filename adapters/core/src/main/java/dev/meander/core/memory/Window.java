package dev.meander.core.memory;

import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The last samples of the stream in a ring: slots fill in order, then the oldest is overwritten.
 *
 * <p>Thread-safety: none.
 */
public final class Window implements MemoryBank {

  private final SampleSlots slots;

  /**
   * @param capacity samples held, at least 1
   * @param inputShape of one input
   */
  public Window(int capacity, int[] inputShape) {
    this.slots = new SampleSlots(capacity, inputShape);
  }

  @Override
  public Admission offer(float[] input, int label, double uncertainty, RandomGenerator random) {
    int slot = (int) (slots.offered() % slots.capacity());
    boolean free = slots.isFree(slot);
    slots.put(slot, input, label, uncertainty);
    slots.count();
    return free ? Admission.ADDED : Admission.REPLACED;
  }

  /** Samples in order of slot: the row of the last one is {@link #lastRow}. */
  @Override
  public Remembered content() {
    int[] all = new int[slots.size()];
    Arrays.setAll(all, i -> i);
    return slots.read(all);
  }

  /** Row of the newest sample in {@link #content}. */
  public int lastRow() {
    return (int) ((slots.offered() - 1) % slots.capacity());
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
