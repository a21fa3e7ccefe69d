package dev.meander.core.guard;

import org.jspecify.annotations.Nullable;

/**
 * What is known about a candidate.
 *
 * @param loss value of the step's objective; NaN when nothing is trained
 * @param gradientNorm norm of the step's gradient
 * @param meanEntropy mean entropy of the batch's predictions, nats
 * @param comparison what it says to the probes; null when there are none, or too few
 */
public record Evidence(
    double loss, double gradientNorm, double meanEntropy, @Nullable Comparison comparison) {

  /** Without probes. */
  public Evidence(double loss, double gradientNorm, double meanEntropy) {
    this(loss, gradientNorm, meanEntropy, null);
  }
}
