package dev.meander.core.method;

import dev.meander.core.objective.ContrastiveViews;
import dev.meander.core.optimise.StateArrays;
import java.util.SplittableRandom;

/**
 * AdaContrast's queue of unit features with their pseudo-labels, a ring filled with random ones at
 * first, and the contrastive loss against it: {@code L = mean_i -ln softmax([q_i k_i, q_i M] /
 * T)_0} without the columns of M whose label equals the sample's after the write.
 */
final class KeyQueue {

  private final int width;
  private final double temperature;
  private final int classes;
  private final float[] features;
  private final float[] labels;
  private final double[] next = new double[1];

  KeyQueue(int size, int width, int classes, double temperature, SplittableRandom random) {
    this.width = width;
    this.temperature = temperature;
    this.features = new float[Math.multiplyExact(size, width)];
    this.labels = new float[size];
    this.classes = classes;
    draw(random);
  }

  private void draw(SplittableRandom random) {
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    ContrastiveViews.normalise(features, width, features);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(classes);
    }
  }

  /**
   * Evaluates the loss of queries against their keys and the queue, and writes the keys.
   *
   * @param queries features of the student {@code [b * width]}, not normalised
   * @param keys features of the key encoder {@code [b * width]}, not normalised
   * @param pseudo label of each {@code [b]}
   * @param dQueries receives the gradient of {@code weight * L}, added
   * @return {@code weight * L}
   */
  double contrast(float[] queries, float[] keys, int[] pseudo, double weight, float[] dQueries) {
    float[] unitQueries = new float[queries.length];
    double[] norms = ContrastiveViews.normalise(queries, width, unitQueries);
    float[] unitKeys = new float[keys.length];
    ContrastiveViews.normalise(keys, width, unitKeys);
    float[] before = features.clone();
    write(unitKeys, pseudo);
    float[] dUnit = new float[queries.length];
    double loss = 0;
    double share = weight / pseudo.length;
    double[] scores = new double[labels.length];
    for (int i = 0; i < pseudo.length; i++) {
      loss += query(unitQueries, unitKeys, before, i, pseudo[i], share, scores, dUnit);
    }
    float[] dRows = new float[queries.length];
    ContrastiveViews.throughNorm(unitQueries, norms, dUnit, width, dRows);
    for (int i = 0; i < dRows.length; i++) {
      dQueries[i] += dRows[i];
    }
    return loss;
  }

  private double query(
      float[] queries,
      float[] keys,
      float[] queue,
      int i,
      int label,
      double share,
      double[] scores,
      float[] dUnit) {
    int from = i * width;
    double own = product(queries, from, keys, from) / temperature;
    double max = own;
    for (int j = 0; j < scores.length; j++) {
      scores[j] =
          labels[j] == label
              ? Double.NEGATIVE_INFINITY
              : product(queries, from, queue, j * width) / temperature;
      max = Math.max(max, scores[j]);
    }
    double sum = Math.exp(own - max);
    for (double score : scores) {
      sum += Math.exp(score - max);
    }
    double logSum = max + Math.log(sum);
    double towardsKey = share * (Math.exp(own - logSum) - 1) / temperature;
    for (int d = 0; d < width; d++) {
      dUnit[from + d] += (float) (towardsKey * keys[from + d]);
    }
    for (int j = 0; j < scores.length; j++) {
      double slope = share * Math.exp(scores[j] - logSum) / temperature;
      if (slope > 0) {
        for (int d = 0; d < width; d++) {
          dUnit[from + d] += (float) (slope * queue[j * width + d]);
        }
      }
    }
    return share * (logSum - own);
  }

  private double product(float[] a, int fromA, float[] b, int fromB) {
    double sum = 0;
    for (int d = 0; d < width; d++) {
      sum += (double) a[fromA + d] * b[fromB + d];
    }
    return sum;
  }

  private void write(float[] keys, int[] pseudo) {
    for (int i = 0; i < pseudo.length; i++) {
      int slot = (int) (next[0] % labels.length);
      System.arraycopy(keys, i * width, features, slot * width, width);
      labels[slot] = pseudo[i];
      next[0]++;
    }
  }

  void state(StateArrays arrays) {
    arrays.add("queue-features", features);
    arrays.add("queue-labels", labels);
    arrays.add("queue-next", next);
  }

  /** Starts again with random keys. */
  void restart(SplittableRandom random) {
    next[0] = 0;
    draw(random);
  }
}
