package dev.meander.core.correct;

import dev.meander.core.math.Softmax;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;

/**
 * T3A's classifier (Iwasawa and Matsuo, "Test-time classifier adjustment module for model-agnostic
 * domain generalization", NeurIPS 2021). Every class keeps the features of the samples predicted as
 * it with the lowest entropy; the logit of a class is the inner product of the features with the
 * normalised mean direction of what the class keeps.
 *
 * <p>It starts with the rows of the linear head, each filed under the class that the head predicts
 * for it. A batch is filed first and predicted then; of equal entropies the older stays. Features
 * are not normalised, supports are. A class without any support gets the logit 0. Memory is bounded
 * by classes times supports.
 *
 * <p>The golden trace is that of an independent reference, {@code tests/parity/methods.py}.
 *
 * <p>Thread-safety: none.
 */
public final class SupportCentroids implements OutputCorrector {

  private final int classes;
  private final int width;
  private final int kept;
  private final float[] head;
  private final float[] bias;
  private final float[] supports;
  private final float[] entropies;
  private final double[] counts;

  /**
   * @param head weights of the linear head {@code [classes * width]}
   * @param bias of the head {@code [classes]}
   * @param kept supports of a class, at least 1
   */
  public SupportCentroids(float[] head, float[] bias, int kept) {
    this.classes = bias.length;
    this.width = head.length / bias.length;
    this.kept = kept;
    this.head = head.clone();
    this.bias = bias.clone();
    this.supports = new float[classes * kept * width];
    this.entropies = new float[classes * kept];
    this.counts = new double[classes];
    restart();
  }

  @Override
  public void restart() {
    Arrays.fill(supports, 0);
    Arrays.fill(entropies, 0);
    Arrays.fill(counts, 0);
    float[] logits = new float[classes * classes];
    for (int row = 0; row < classes; row++) {
      for (int c = 0; c < classes; c++) {
        double sum = bias[c];
        for (int d = 0; d < width; d++) {
          sum += (double) head[row * width + d] * head[c * width + d];
        }
        logits[row * classes + c] = (float) sum;
      }
    }
    file(new Tensor(logits, classes, classes), new Tensor(head, classes, width));
  }

  @Override
  public Tensor correct(Tensor logits, Tensor features) {
    file(logits, features);
    return preview(logits, features);
  }

  private void file(Tensor logits, Tensor features) {
    float[] logProbabilities = new float[logits.data().length];
    Softmax.logSoftmax(logits.data(), logits.rows(), classes, logProbabilities);
    for (int i = 0; i < logits.rows(); i++) {
      int predicted = Softmax.argMax(logits.data(), i * classes, classes);
      double entropy = Softmax.entropy(logProbabilities, i * classes, classes);
      offer(predicted, (float) entropy, features.data(), i * width);
    }
  }

  /** Keeps the feature if its class has room, or instead of one with a higher entropy. */
  private void offer(int label, float entropy, float[] features, int from) {
    int first = label * kept;
    int slot = (int) counts[label];
    if (slot == kept) {
      int worst = first;
      for (int s = first; s < first + kept; s++) {
        worst = entropies[s] > entropies[worst] ? s : worst;
      }
      if (entropies[worst] <= entropy) {
        return;
      }
      slot = worst - first;
    } else {
      counts[label]++;
    }
    entropies[first + slot] = entropy;
    System.arraycopy(features, from, supports, (first + slot) * width, width);
  }

  @Override
  public Tensor preview(Tensor logits, Tensor features) {
    double[] centroids = centroids();
    float[] corrected = new float[logits.data().length];
    for (int i = 0; i < features.rows(); i++) {
      for (int c = 0; c < classes; c++) {
        double sum = 0;
        for (int d = 0; d < width; d++) {
          sum += features.data()[i * width + d] * centroids[c * width + d];
        }
        corrected[i * classes + c] = (float) sum;
      }
    }
    return new Tensor(corrected, logits.rows(), classes);
  }

  private double[] centroids() {
    double[] centroids = new double[classes * width];
    for (int c = 0; c < classes; c++) {
      for (int s = 0; s < counts[c]; s++) {
        int from = (c * kept + s) * width;
        double norm = 0;
        for (int d = 0; d < width; d++) {
          norm += (double) supports[from + d] * supports[from + d];
        }
        norm = Math.max(Math.sqrt(norm), 1e-12);
        for (int d = 0; d < width; d++) {
          centroids[c * width + d] += supports[from + d] / norm;
        }
      }
      normalise(centroids, c * width);
    }
    return centroids;
  }

  private void normalise(double[] values, int from) {
    double norm = 0;
    for (int d = from; d < from + width; d++) {
      norm += values[d] * values[d];
    }
    norm = Math.max(Math.sqrt(norm), 1e-12);
    for (int d = from; d < from + width; d++) {
      values[d] /= norm;
    }
  }

  @Override
  public void state(StateArrays arrays) {
    arrays.add("supports", supports);
    arrays.add("support-entropies", entropies);
    arrays.add("support-counts", counts);
  }
}
