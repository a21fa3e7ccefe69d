package dev.meander.core.objective;

/**
 * A loss over one forward pass: value and gradient in plain Java. The engine only does the
 * vector-Jacobian product.
 *
 * <p>Thread-safety: implementations without state are thread-safe and say so.
 */
public interface Objective {

  /**
   * Evaluates the loss and writes its gradient.
   *
   * @param pass logits, features and sample weights of the batch
   * @param dLogits receives dL/dlogits {@code [b * classes]}, all of it
   * @param dFeatures receives dL/dfeatures {@code [b * featureWidth]}, all of it
   * @return the loss
   */
  double evaluate(Pass pass, float[] dLogits, float[] dFeatures);
}
