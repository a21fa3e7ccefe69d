package dev.meander.core.memory;

import dev.meander.core.math.Vectors;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;

/**
 * One vector per class: the mean feature of its samples.
 *
 * <p>Thread-safety: none.
 */
public final class Prototypes {

  private final int classes;
  private final int width;
  private final float[] vectors;

  public Prototypes(int classes, int width) {
    this.classes = classes;
    this.width = width;
    this.vectors = new float[classes * width];
  }

  /** All vectors {@code [classes * width]}; live. */
  public float[] vectors() {
    return vectors;
  }

  /** A running mean over batches of labelled features. */
  public static final class Mean {

    private final int width;
    private final double[] sums;
    private final double[] counts;

    public Mean(int classes, int width) {
      this.width = width;
      this.sums = new double[classes * width];
      this.counts = new double[classes];
    }

    /**
     * Takes in a batch.
     *
     * @param features {@code [b, width]}
     * @param labels {@code [b]}
     */
    public void add(Tensor features, int[] labels) {
      for (int i = 0; i < labels.length; i++) {
        counts[labels[i]]++;
        for (int d = 0; d < width; d++) {
          sums[labels[i] * width + d] += features.data()[i * width + d];
        }
      }
    }

    /** Writes the means; a class without samples gets {@code otherwise}'s vector. */
    public void write(Prototypes into, float[] otherwise) {
      for (int i = 0; i < sums.length; i++) {
        double count = counts[i / width];
        into.vectors[i] = count == 0 ? otherwise[i] : (float) (sums[i] / count);
      }
    }
  }

  /** The class whose vector has the largest cosine to {@code feature}; the first of equals. */
  public int nearest(float[] feature) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      double cosine = Vectors.cosine(vector(c), feature);
      if (cosine > most) {
        most = cosine;
        best = c;
      }
    }
    return best;
  }

  /** A copy of the vector of a class. */
  public float[] vector(int label) {
    return Arrays.copyOfRange(vectors, label * width, (label + 1) * width);
  }

  public void state(StateArrays arrays) {
    arrays.add("prototypes", vectors);
  }
}
