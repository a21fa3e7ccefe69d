package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The arithmetic of {@link FakeModel}: mean over contiguous chunks of the input, one batch norm,
 * one linear head. Pure functions of the weights, so that a slot may share it between threads.
 *
 * <p>Shapes: {@code pooled [b, width]}, {@code features = gain * normalised + shift [b, width]},
 * {@code logits = features W^T + bias [b, classes]}.
 */
final class FakeNetwork {

  static final int WIDTH_MAX = 16;
  static final double EPSILON = 1e-5;
  private static final double LOGIT_SCALE = 4;

  final int inputSize;
  final int width;
  final int classes;
  final Layout layout;
  final int gain;
  final int shift;
  final int mean;
  final int variance;
  final int headWeight;
  final int headBias;

  FakeNetwork(int inputSize, int classes) {
    this.inputSize = inputSize;
    this.width = Math.min(inputSize, WIDTH_MAX);
    this.classes = classes;
    Block gainBlock = new Block("norm.weight", Role.GAIN, width);
    Block shiftBlock = new Block("norm.bias", Role.SHIFT, width);
    Block meanBlock = new Block("norm.running_mean", Role.RUNNING_MEAN, width);
    Block varianceBlock = new Block("norm.running_var", Role.RUNNING_VARIANCE, width);
    Block weightBlock = new Block("head.weight", Role.HEAD_WEIGHT, classes, width);
    Block biasBlock = new Block("head.bias", Role.HEAD_BIAS, classes);
    this.layout =
        new Layout(
            List.of(gainBlock, shiftBlock, meanBlock, varianceBlock, weightBlock, biasBlock));
    this.gain = layout.offset(gainBlock);
    this.shift = layout.offset(shiftBlock);
    this.mean = layout.offset(meanBlock);
    this.variance = layout.offset(varianceBlock);
    this.headWeight = layout.offset(weightBlock);
    this.headBias = layout.offset(biasBlock);
  }

  /** Weights whose head rows are random unit vectors; statistics 0 and 1, gain 1, biases 0. */
  float[] initialWeights(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[layout.size()];
    for (int j = 0; j < width; j++) {
      weights[gain + j] = 1;
      weights[variance + j] = 1;
    }
    for (int c = 0; c < classes; c++) {
      double[] row = IntStream.range(0, width).mapToDouble(j -> random.nextGaussian()).toArray();
      double norm = Math.sqrt(IntStream.range(0, width).mapToDouble(j -> row[j] * row[j]).sum());
      for (int j = 0; j < width; j++) {
        weights[headWeight + c * width + j] = (float) (LOGIT_SCALE * row[j] / norm);
      }
    }
    return weights;
  }

  /** First input float of chunk {@code j}. */
  int chunkStart(int j) {
    return (int) ((long) j * inputSize / width);
  }

  private double[] pool(Tensor x) {
    int rows = x.rows();
    double[] pooled = new double[rows * width];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        double sum = 0;
        for (int k = chunkStart(j); k < chunkStart(j + 1); k++) {
          sum += x.data()[i * inputSize + k];
        }
        pooled[i * width + j] = sum / (chunkStart(j + 1) - chunkStart(j));
      }
    }
    return pooled;
  }

  /** Runs a batch; {@code weights} is copied, so that the pass outlives a later write. */
  Pass forward(float[] weights, Tensor x, NormMode norm) {
    return new Pass(this, weights.clone(), pool(x), x.rows(), norm);
  }

  /** One forward pass with everything the way back needs. */
  static final class Pass {

    private final FakeNetwork net;
    private final float[] weights;
    private final int rows;
    private final double batchShare;
    private final double[] normalised;
    private final double[] inverseDeviation;
    private final double[] batchMean;
    private final double[] batchVariance;
    final float[] features;
    final float[] logits;

    Pass(FakeNetwork net, float[] weights, double[] pooled, int rows, NormMode norm) {
      this.net = net;
      this.weights = weights;
      this.rows = rows;
      this.batchShare = 1 - norm.sourceSharePpm() / 1e6;
      boolean batchOnly = norm.equals(NormMode.BATCH);
      int width = net.width;
      this.batchMean = new double[width];
      this.batchVariance = new double[width];
      this.inverseDeviation = new double[width];
      this.normalised = new double[rows * width];
      this.features = new float[rows * width];
      this.logits = new float[rows * net.classes];
      for (int j = 0; j < width; j++) {
        normalise(pooled, j, batchOnly, norm.kind());
      }
      head();
    }

    private void normalise(double[] pooled, int j, boolean batchOnly, NormMode.Kind kind) {
      int width = net.width;
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += pooled[i * width + j];
      }
      batchMean[j] = sum / rows;
      double squares = 0;
      for (int i = 0; i < rows; i++) {
        squares += Math.pow(pooled[i * width + j] - batchMean[j], 2);
      }
      double sourceVariance = weights[net.variance + j];
      // one value says nothing about a variance: the source's stays
      int freedom = kind == NormMode.Kind.BIASED ? rows : rows - 1;
      batchVariance[j] = rows == 1 ? sourceVariance : squares / freedom;
      // renormalised values are those of the source; their gradient reaches no parameter here
      double share = kind == NormMode.Kind.RENORM ? 0 : batchShare;
      double usedMean = (1 - share) * weights[net.mean + j] + share * batchMean[j];
      double usedVariance =
          batchOnly ? squares / rows : (1 - share) * sourceVariance + share * batchVariance[j];
      inverseDeviation[j] = 1 / Math.sqrt(usedVariance + EPSILON);
      for (int i = 0; i < rows; i++) {
        int at = i * width + j;
        normalised[at] = (pooled[at] - usedMean) * inverseDeviation[j];
        features[at] = (float) (weights[net.gain + j] * normalised[at] + weights[net.shift + j]);
      }
    }

    private void head() {
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < net.classes; c++) {
          double sum = weights[net.headBias + c];
          for (int j = 0; j < net.width; j++) {
            sum += weights[net.headWeight + c * net.width + j] * features[i * net.width + j];
          }
          logits[i * net.classes + c] = (float) sum;
        }
      }
    }

    /** The batch's mean (role RUNNING_MEAN) or variance of each channel. */
    double[] statistic(Role role) {
      return role == Role.RUNNING_MEAN ? batchMean : batchVariance;
    }

    /**
     * dL/dweights in the network's layout; zeros for the statistics, which receive no gradient.
     *
     * @param dLogits {@code [b * classes]}
     * @param dFeatures {@code [b * width]}
     */
    float[] gradient(float[] dLogits, float[] dFeatures) {
      float[] gradient = new float[weights.length];
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < net.classes; c++) {
          float d = dLogits[i * net.classes + c];
          gradient[net.headBias + c] += d;
          for (int j = 0; j < net.width; j++) {
            gradient[net.headWeight + c * net.width + j] += d * features[i * net.width + j];
          }
        }
        for (int j = 0; j < net.width; j++) {
          double d = dFeatures[i * net.width + j];
          for (int c = 0; c < net.classes; c++) {
            d +=
                dLogits[i * net.classes + c] * (double) weights[net.headWeight + c * net.width + j];
          }
          gradient[net.gain + j] += (float) (d * normalised[i * net.width + j]);
          gradient[net.shift + j] += (float) d;
        }
      }
      return gradient;
    }
  }
}
