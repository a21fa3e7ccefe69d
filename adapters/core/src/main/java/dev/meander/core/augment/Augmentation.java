package dev.meander.core.augment;

import dev.meander.core.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * Makes another view of a batch of the same shape.
 *
 * <p>Thread-safety: implementations are immutable.
 */
public interface Augmentation {

  /**
   * A new tensor; {@code x} is not written.
   *
   * @param x {@code [b, input...]}
   * @param random equal generators give equal views
   */
  Tensor apply(Tensor x, RandomGenerator random);
}
