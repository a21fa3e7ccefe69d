package dev.meander.core.method;

import dev.meander.core.tensor.Tensor;
import java.util.List;

/**
 * What one step of a method gave.
 *
 * @param logits predictions for the batch, made before the update unless the method says otherwise
 *     {@code [b, classes]}
 * @param losses value of each loss that was evaluated, in order; NaN for a mean over no sample;
 *     empty when nothing was
 * @param gradientNorm norm of the last gradient over all trained blocks; 0 when there was none
 * @param adapted samples that shaped the update; 0 when no update was made
 */
public record MethodStep(Tensor logits, List<Double> losses, double gradientNorm, int adapted) {

  public MethodStep {
    losses = List.copyOf(losses);
  }

  /** A prediction without an update. */
  static MethodStep predicted(Tensor logits) {
    return new MethodStep(logits, List.of(), 0, 0);
  }

  /** The last loss; NaN when there was none. */
  public double loss() {
    return losses.isEmpty() ? Double.NaN : losses.get(losses.size() - 1);
  }
}
