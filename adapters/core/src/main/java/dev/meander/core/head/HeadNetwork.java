package dev.meander.core.head;

import dev.meander.core.model.NormMode;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a head as functions of its weights. With x {@code [b, d]}, the mean m and
 * variance v that the {@link NormMode} asks for, gain g, shift s, residual A {@code [r, d]}, B
 * {@code [d, r]} and linear layer W {@code [c, d]}, w:
 *
 * <pre>
 * n = (x - m) / sqrt(v + 1e-5)     a = g n + s     u = A a     f = a + B u     z = W f + w
 * </pre>
 *
 * f are the features, z the logits. Sums run in fixed order: over rows in order, over features in
 * four interleaved partial sums.
 *
 * <p>Thread-safety: immutable; what a pass works with is in its {@link HeadBuffers}.
 */
final class HeadNetwork {

  /** Added to variances, as PyTorch's batch norm does. */
  static final double EPSILON = 1e-5;

  private static final int NONE = -1;

  final int features;
  final int rank;
  final int classes;
  final Layout layout;
  private final Map<String, Block> blocks = new HashMap<>();
  private final int gain;
  private final int shift;
  private final int mean;
  private final int variance;
  private final int down;
  private final int up;
  private final int weight;
  private final int bias;

  HeadNetwork(HeadShape shape) {
    this.features = shape.features();
    this.rank = shape.rank();
    this.classes = shape.classes();
    this.layout = shape.layout();
    layout.blocks().forEach(block -> blocks.put(block.name(), block));
    this.gain = offset(HeadShape.GAIN);
    this.shift = offset(HeadShape.SHIFT);
    this.mean = offset(HeadShape.MEAN);
    this.variance = offset(HeadShape.VARIANCE);
    this.down = offset(HeadShape.DOWN);
    this.up = offset(HeadShape.UP);
    this.weight = offset(HeadShape.WEIGHT);
    this.bias = offset(HeadShape.BIAS);
  }

  private int offset(String name) {
    Block block = blocks.get(name);
    return block == null ? NONE : layout.offset(block);
  }

  /**
   * Checks a block and the length of its floats.
   *
   * @throws IllegalArgumentException when the head has no such block or the length is wrong
   */
  void check(Block block, int length) {
    if (!block.equals(blocks.get(block.name()))) {
      throw new IllegalArgumentException("expected a block of the model, found " + block);
    }
    if (length != block.size()) {
      throw new IllegalArgumentException(
          "expected " + block.size() + " floats for " + block.name() + ", found " + length);
    }
  }

  /**
   * Runs a batch.
   *
   * @param w every block in the order of {@link #layout}
   * @param x {@code [rows * features]}
   * @param buffers holds n, a, u and the batch's statistics afterwards
   * @param outFeatures {@code [rows * features]}, filled
   * @param logits {@code [rows * classes]}, filled
   */
  void forward(
      float[] w,
      float[] x,
      int rows,
      NormMode norm,
      HeadBuffers buffers,
      float[] outFeatures,
      float[] logits) {
    chooseStatistics(w, x, rows, norm, buffers);
    float[] affine = rank == 0 ? outFeatures : buffers.affine;
    for (int i = 0; i < rows; i++) {
      int from = i * features;
      for (int j = 0; j < features; j++) {
        float n = (x[from + j] - buffers.usedMean[j]) * buffers.inverseDeviation[j];
        buffers.normalised[from + j] = n;
        affine[from + j] = w[gain + j] * n + w[shift + j];
      }
      if (rank > 0) {
        addResidual(w, i, buffers, outFeatures);
      }
      for (int c = 0; c < classes; c++) {
        logits[i * classes + c] =
            w[bias + c] + dot(w, weight + c * features, outFeatures, from, features);
      }
    }
  }

  private void addResidual(float[] w, int row, HeadBuffers buffers, float[] outFeatures) {
    int from = row * features;
    for (int k = 0; k < rank; k++) {
      buffers.low[row * rank + k] = dot(w, down + k * features, buffers.affine, from, features);
    }
    for (int j = 0; j < features; j++) {
      outFeatures[from + j] =
          buffers.affine[from + j] + dot(w, up + j * rank, buffers.low, row * rank, rank);
    }
  }

  /** Sum of products, in four interleaved partial sums. */
  private static float dot(float[] a, int fromA, float[] b, int fromB, int length) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int j = 0;
    for (; j < length - 3; j += 4) {
      sum0 += a[fromA + j] * b[fromB + j];
      sum1 += a[fromA + j + 1] * b[fromB + j + 1];
      sum2 += a[fromA + j + 2] * b[fromB + j + 2];
      sum3 += a[fromA + j + 3] * b[fromB + j + 3];
    }
    for (; j < length; j++) {
      sum0 += a[fromA + j] * b[fromB + j];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  /** Fills mean and inverse deviation of the pass, and the batch's own statistics if it has any. */
  private void chooseStatistics(
      float[] w, float[] x, int rows, NormMode norm, HeadBuffers buffers) {
    if (norm.usesBatch()) {
      batchStatistics(w, x, rows, norm, buffers);
    }
    // values of renormalisation are those of the source; no gradient passes the norm to a block
    double share = norm.kind() == NormMode.Kind.RENORM ? 0 : 1 - norm.sourceSharePpm() / 1e6;
    boolean batchOnly = norm.equals(NormMode.BATCH);
    for (int j = 0; j < features; j++) {
      double usedMean = w[mean + j];
      double usedVariance = w[variance + j];
      if (share > 0) {
        usedMean = (1 - share) * usedMean + share * buffers.batchMean[j];
        usedVariance =
            batchOnly
                ? buffers.squares[j] / rows
                : (1 - share) * usedVariance + share * buffers.batchVariance[j];
      }
      buffers.usedMean[j] = (float) usedMean;
      buffers.inverseDeviation[j] = (float) (1 / Math.sqrt(usedVariance + EPSILON));
    }
  }

  private void batchStatistics(float[] w, float[] x, int rows, NormMode norm, HeadBuffers buffers) {
    double[] sum = buffers.batchMean;
    double[] squares = buffers.squares;
    Arrays.fill(sum, 0);
    Arrays.fill(squares, 0);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < features; j++) {
        sum[j] += x[i * features + j];
      }
    }
    for (int j = 0; j < features; j++) {
      sum[j] /= rows;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < features; j++) {
        double difference = x[i * features + j] - sum[j];
        squares[j] += difference * difference;
      }
    }
    int freedom = norm.kind() == NormMode.Kind.BIASED ? rows : rows - 1;
    for (int j = 0; j < features; j++) {
      // one value says nothing about a variance: the source's stays
      buffers.batchVariance[j] = rows == 1 ? w[variance + j] : squares[j] / freedom;
    }
  }

  /**
   * Adds the gradient of every trained block to {@code buffers.gradient}, which it clears first.
   *
   * @param w the weights of the forward pass
   * @param outFeatures f of the forward pass
   * @param dLogits {@code [rows * classes]} or null
   * @param dFeatures {@code [rows * features]} or null
   */
  void backward(
      float[] w,
      int rows,
      HeadBuffers buffers,
      float[] outFeatures,
      float @Nullable [] dLogits,
      float @Nullable [] dFeatures,
      Trained trained) {
    float[] gradient = buffers.gradient;
    Arrays.fill(gradient, 0);
    float[] delta = buffers.delta;
    for (int i = 0; i < rows; i++) {
      int from = i * features;
      if (dFeatures == null) {
        Arrays.fill(delta, 0);
      } else {
        System.arraycopy(dFeatures, from, delta, 0, features);
      }
      if (dLogits != null) {
        throughLinear(w, i, dLogits, outFeatures, buffers, trained);
      }
      if (!trained.belowLinear) {
        continue;
      }
      if (rank > 0) {
        throughResidual(w, i, buffers, trained);
      }
      if (trained.affine) {
        for (int j = 0; j < features; j++) {
          gradient[gain + j] += delta[j] * buffers.normalised[from + j];
        }
        for (int j = 0; j < features; j++) {
          gradient[shift + j] += delta[j];
        }
      }
    }
  }

  private void throughLinear(
      float[] w,
      int row,
      float[] dLogits,
      float[] outFeatures,
      HeadBuffers buffers,
      Trained trained) {
    int from = row * features;
    for (int c = 0; c < classes; c++) {
      float d = dLogits[row * classes + c];
      if (trained.belowLinear) {
        addScaled(d, w, weight + c * features, buffers.delta, 0, features);
      }
      if (trained.linear) {
        buffers.gradient[bias + c] += d;
        addScaled(d, outFeatures, from, buffers.gradient, weight + c * features, features);
      }
    }
  }

  /** Leaves dL/da where dL/df was. */
  private void throughResidual(float[] w, int row, HeadBuffers buffers, Trained trained) {
    float[] delta = buffers.delta;
    float[] deltaLow = buffers.deltaLow;
    Arrays.fill(deltaLow, 0);
    for (int j = 0; j < features; j++) {
      addScaled(delta[j], w, up + j * rank, deltaLow, 0, rank);
      if (trained.residual) {
        addScaled(delta[j], buffers.low, row * rank, buffers.gradient, up + j * rank, rank);
      }
    }
    for (int k = 0; k < rank; k++) {
      addScaled(deltaLow[k], w, down + k * features, delta, 0, features);
      if (trained.residual) {
        addScaled(
            deltaLow[k],
            buffers.affine,
            row * features,
            buffers.gradient,
            down + k * features,
            features);
      }
    }
  }

  /** {@code to += factor * from}. */
  private static void addScaled(
      float factor, float[] from, int fromAt, float[] to, int toAt, int length) {
    for (int j = 0; j < length; j++) {
      to[toAt + j] += factor * from[fromAt + j];
    }
  }

  /**
   * Which gradients a pass has to give.
   *
   * @param affine those of gain and shift
   * @param residual those of A and B
   * @param linear those of W and w
   * @param belowLinear whether dL/df is needed
   */
  record Trained(boolean affine, boolean residual, boolean linear, boolean belowLinear) {

    static final Trained NOTHING = new Trained(false, false, false, false);

    static Trained of(boolean affine, boolean residual, boolean linear) {
      return new Trained(affine, residual, linear, affine || residual);
    }
  }
}
