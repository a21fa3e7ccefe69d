package dev.meander.core.weights;

/** What a block does in the model. The name is written to the wire and never changes. */
public enum Role {
  /** Multiplies a normalised channel (gamma). */
  GAIN,
  /** Added to a normalised channel (beta). */
  SHIFT,
  /** Mean per channel that a batch norm normalises with in source mode. */
  RUNNING_MEAN,
  /** Variance per channel that a batch norm normalises with in source mode. */
  RUNNING_VARIANCE,
  /** Any other trainable weight. */
  WEIGHT,
  /** Any other trainable bias. */
  BIAS,
  /** Weight of the last linear layer, {@code [classes, features]}. */
  HEAD_WEIGHT,
  /** Bias of the last linear layer, {@code [classes]}. */
  HEAD_BIAS;

  /** True for gamma and beta of a normalisation layer. */
  public boolean isNormAffine() {
    return this == GAIN || this == SHIFT;
  }

  /** True for the statistics a batch norm normalises with. */
  public boolean isStatistic() {
    return this == RUNNING_MEAN || this == RUNNING_VARIANCE;
  }
}
