package dev.meander.core.guard;

/**
 * What is known about a candidate.
 *
 * @param loss value of the step's objective; NaN when nothing is trained
 * @param gradientNorm norm of the step's gradient
 * @param meanEntropy mean entropy of the batch's predictions, nats
 */
public record Evidence(double loss, double gradientNorm, double meanEntropy) {}
