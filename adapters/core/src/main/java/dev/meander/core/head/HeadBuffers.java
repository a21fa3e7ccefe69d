package dev.meander.core.head;

/**
 * What one pass works with: reused by later passes, so that a step allocates only what it hands
 * out. Grows to the largest batch seen.
 *
 * <p>Thread-safety: none; belongs to one pass at a time.
 */
final class HeadBuffers {

  private final HeadNetwork network;
  float[] normalised = {};
  float[] affine = {};
  float[] low = {};
  final float[] usedMean;
  final float[] inverseDeviation;
  final double[] batchMean;
  final double[] batchVariance;

  /** Sums of squared distances from the batch's mean. */
  final double[] squares;

  final float[] delta;
  final float[] deltaLow;
  float[] gradient = {};

  HeadBuffers(HeadNetwork network) {
    this.network = network;
    int features = network.features;
    this.usedMean = new float[features];
    this.inverseDeviation = new float[features];
    this.batchMean = new double[features];
    this.batchVariance = new double[features];
    this.squares = new double[features];
    this.delta = new float[features];
    this.deltaLow = new float[network.rank];
  }

  /** Makes room for a pass. */
  void fit(int rows, boolean gradients) {
    int size = Math.multiplyExact(rows, network.features);
    if (normalised.length < size) {
      normalised = new float[size];
      if (network.rank > 0) {
        affine = new float[size];
        low = new float[Math.multiplyExact(rows, network.rank)];
      }
    }
    if (gradients && gradient.length == 0) {
      gradient = new float[network.layout.size()];
    }
  }
}
