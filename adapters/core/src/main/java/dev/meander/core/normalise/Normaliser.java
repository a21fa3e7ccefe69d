package dev.meander.core.normalise;

import dev.meander.core.model.NormMode;

/**
 * What batch norms normalise with during a step, and what part of the published statistics is the
 * source's.
 *
 * <p>Thread-safety: immutable.
 */
public sealed interface Normaliser {

  /** Mode of the step's forward pass. */
  NormMode mode();

  /**
   * Share of the source in published statistics.
   *
   * @param configured what the configuration asks for
   */
  double servedSourceShare(double configured);

  /** The source statistics, in a step and in serving; nothing is estimated. */
  record Source() implements Normaliser {
    @Override
    public NormMode mode() {
      return NormMode.SOURCE;
    }

    @Override
    public double servedSourceShare(double configured) {
      return 1;
    }
  }

  /** The batch's own statistics (BN-1): mean and biased variance. */
  record Batch() implements Normaliser {
    @Override
    public NormMode mode() {
      return NormMode.BATCH;
    }

    @Override
    public double servedSourceShare(double configured) {
      return configured;
    }
  }

  /**
   * Source and batch blended (alpha-BN; You, Li and Zhao 2021, arXiv 2110.04065): {@code mu = (1-a)
   * mu_s + a mu_b} and the same for the unbiased batch variance. Published statistics keep the same
   * blend.
   *
   * @param batchShare a, 0 to 1
   */
  record Blend(double batchShare) implements Normaliser {

    public Blend {
      if (!(batchShare > 0 && batchShare < 1)) {
        throw new IllegalArgumentException(
            "expected a batch share between 0 and 1, found " + batchShare);
      }
    }

    @Override
    public NormMode mode() {
      return NormMode.blend(1 - batchShare);
    }

    @Override
    public double servedSourceShare(double configured) {
      return 1 - batchShare;
    }
  }

  /**
   * A moving average of batch statistics, updated with the batch before it is used: the batch is
   * forwarded once with its own statistics to observe them, then predicted with the average.
   */
  record MovingAverage() implements Normaliser {
    @Override
    public NormMode mode() {
      return NormMode.BATCH;
    }

    @Override
    public double servedSourceShare(double configured) {
      return 0;
    }
  }

  /**
   * RoTTA's robust statistics: {@code (1-a) stored + a batch} with the biased batch variance,
   * stored again after every training pass. Published statistics are the method's own.
   *
   * @param batchShare a, 0 to 1
   */
  record Robust(double batchShare) implements Normaliser {

    public Robust {
      if (!(batchShare > 0 && batchShare < 1)) {
        throw new IllegalArgumentException(
            "expected a batch share between 0 and 1, found " + batchShare);
      }
    }

    @Override
    public NormMode mode() {
      return NormMode.biasedBlend(1 - batchShare);
    }

    @Override
    public double servedSourceShare(double configured) {
      return 0;
    }
  }

  /** Batch renormalisation, as CEMA trains. Published statistics are the method's own. */
  record Renormalised() implements Normaliser {
    @Override
    public NormMode mode() {
      return NormMode.RENORM;
    }

    @Override
    public double servedSourceShare(double configured) {
      return 0;
    }
  }

  /**
   * Statistics corrected for the class mix, see {@link ClassMixStatistics}; the mode is that of the
   * first of several passes. Published statistics are the method's own.
   */
  record ClassMix() implements Normaliser {
    @Override
    public NormMode mode() {
      return NormMode.biasedBlend(.5);
    }

    @Override
    public double servedSourceShare(double configured) {
      return 0;
    }
  }
}
