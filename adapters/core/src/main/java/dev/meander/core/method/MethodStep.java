package dev.meander.core.method;

import dev.meander.core.tensor.Tensor;

/**
 * What one step of a method gave.
 *
 * @param logits predictions for the batch, made before the update {@code [b, classes]}
 * @param loss value of the objective; NaN when nothing is trained
 * @param gradientNorm norm of the gradient over all trained blocks; 0 when nothing is trained
 */
public record MethodStep(Tensor logits, double loss, double gradientNorm) {}
