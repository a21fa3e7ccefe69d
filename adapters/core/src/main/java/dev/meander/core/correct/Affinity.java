package dev.meander.core.correct;

import java.util.Arrays;

/** How alike the samples of a batch are, by their normalised features. */
public enum Affinity {
  /**
   * {@code exp(-d^2 / (2 sigma^2))} with sigma the mean over rows of the k-th smallest distance,
   * the zero distance to itself counted as the first.
   */
  RBF {
    @Override
    void fill(double[] distances, double[] affinities, int n, int k) {
      double sigma = 0;
      for (int i = 0; i < n; i++) {
        double[] row = Arrays.copyOfRange(distances, i * n, (i + 1) * n);
        Arrays.sort(row);
        sigma += row[Math.min(k, n) - 1] / n;
      }
      for (int i = 0; i < n * n; i++) {
        // a batch of equal samples has no scale: they are all alike
        affinities[i] =
            sigma == 0 ? 1 : Math.exp(-distances[i] * distances[i] / (2 * sigma * sigma));
      }
    }
  },
  /** 1 for the k nearest others, 0 otherwise; not symmetrised. */
  KNN {
    @Override
    void fill(double[] distances, double[] affinities, int n, int k) {
      Integer[] order = new Integer[n];
      for (int i = 0; i < n; i++) {
        int from = i * n;
        Arrays.setAll(order, j -> j);
        Arrays.sort(order, (a, b) -> Double.compare(distances[from + a], distances[from + b]));
        for (int rank = 1; rank <= Math.min(k, n - 1); rank++) {
          affinities[from + order[rank]] = 1;
        }
      }
    }
  },
  /** Inner products. */
  LINEAR {
    @Override
    void fill(double[] distances, double[] affinities, int n, int k) {
      for (int i = 0; i < n * n; i++) {
        affinities[i] = 1 - distances[i] * distances[i] / 2;
      }
    }
  };

  /**
   * Fills the affinities from distances of unit vectors.
   *
   * @param distances {@code [n * n]}
   * @param affinities {@code [n * n]}, zeros at first
   */
  abstract void fill(double[] distances, double[] affinities, int n, int k);
}
