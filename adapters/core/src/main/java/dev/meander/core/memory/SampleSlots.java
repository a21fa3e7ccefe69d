package dev.meander.core.memory;

import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;

/**
 * Fixed slots for samples with their label, uncertainty and the number of the offer that brought
 * them. Slots are reused; order is kept by the offers' numbers.
 */
final class SampleSlots {

  private static final double EMPTY = -1;

  private final int[] inputShape;
  private final int inputSize;
  private final float[] inputs;
  private final double[] labels;
  private final double[] uncertainties;
  private final double[] offers;
  private final double[] offered = new double[1];

  /**
   * @param capacity slots, at least 1
   * @param inputShape of one input, without the batch dimension
   */
  SampleSlots(int capacity, int[] inputShape) {
    if (capacity < 1) {
      throw new IllegalArgumentException("expected a capacity of at least 1, found " + capacity);
    }
    for (int dimension : inputShape) {
      if (dimension < 1) {
        throw new IllegalArgumentException(
            "expected a model whose input shape is known, found " + Arrays.toString(inputShape));
      }
    }
    this.inputShape = inputShape.clone();
    this.inputSize = Arrays.stream(inputShape).reduce(1, Math::multiplyExact);
    this.inputs = new float[Math.multiplyExact(capacity, inputSize)];
    this.labels = new double[capacity];
    this.uncertainties = new double[capacity];
    this.offers = new double[capacity];
    clear();
  }

  int capacity() {
    return labels.length;
  }

  int size() {
    int size = 0;
    for (double offer : offers) {
      size += offer == EMPTY ? 0 : 1;
    }
    return size;
  }

  /** Samples offered so far, kept or not. */
  long offered() {
    return (long) offered[0];
  }

  /** Counts an offer; ages grow by it. */
  void count() {
    offered[0]++;
  }

  boolean isFree(int slot) {
    return offers[slot] == EMPTY;
  }

  /** The first free slot; -1 when there is none. */
  int free() {
    for (int slot = 0; slot < offers.length; slot++) {
      if (isFree(slot)) {
        return slot;
      }
    }
    return -1;
  }

  int label(int slot) {
    return (int) labels[slot];
  }

  double uncertainty(int slot) {
    return uncertainties[slot];
  }

  /** Offers counted after the one that brought the sample. */
  double age(int slot) {
    return offered[0] - offers[slot];
  }

  /** Number of the offer that brought the sample; larger is newer. */
  double offer(int slot) {
    return offers[slot];
  }

  void put(int slot, float[] input, int label, double uncertainty) {
    if (input.length != inputSize) {
      throw new IllegalArgumentException(
          "expected an input of " + inputSize + " floats, found " + input.length);
    }
    System.arraycopy(input, 0, inputs, slot * inputSize, inputSize);
    labels[slot] = label;
    uncertainties[slot] = uncertainty;
    offers[slot] = offered[0];
  }

  void free(int slot) {
    offers[slot] = EMPTY;
    Arrays.fill(inputs, slot * inputSize, (slot + 1) * inputSize, 0);
  }

  /** The samples of {@code slots}, in this order. */
  Remembered read(int[] slots) {
    float[] data = new float[slots.length * inputSize];
    int[] ofLabels = new int[slots.length];
    double[] ofUncertainties = new double[slots.length];
    double[] ages = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      System.arraycopy(inputs, slots[i] * inputSize, data, i * inputSize, inputSize);
      ofLabels[i] = label(slots[i]);
      ofUncertainties[i] = uncertainties[slots[i]];
      ages[i] = age(slots[i]);
    }
    int[] shape = new int[inputShape.length + 1];
    shape[0] = slots.length;
    System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
    return new Remembered(new Tensor(data, shape), ofLabels, ofUncertainties, ages);
  }

  void state(StateArrays arrays) {
    arrays.add("bank-inputs", inputs);
    arrays.add("bank-labels", labels);
    arrays.add("bank-uncertainties", uncertainties);
    arrays.add("bank-offers", offers);
    arrays.add("bank-offered", offered);
  }

  void clear() {
    Arrays.fill(inputs, 0);
    Arrays.fill(labels, 0);
    Arrays.fill(uncertainties, 0);
    Arrays.fill(offers, EMPTY);
    offered[0] = 0;
  }
}
