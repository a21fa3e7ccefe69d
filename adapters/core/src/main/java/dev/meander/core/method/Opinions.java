package dev.meander.core.method;

import dev.meander.core.objective.Rows;
import dev.meander.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What the predictors of {@link Auto} say of a batch.
 *
 * @param logits of each: one per candidate, then that of the domains; the first is the frozen
 *     model's where there are several
 * @param features of the first pass
 * @param batch statistics that the pass of each candidate showed; empty for the frozen model
 * @param shares class shares of the batch
 * @param byDomain what the domains say
 */
record Opinions(
    Tensor[] logits,
    Tensor features,
    float[][] batch,
    double[] shares,
    DomainPredictor.@Nullable Answer byDomain) {

  /** How far the batch is to be adapted to; where nothing tells, as far as the weights say. */
  double share() {
    return byDomain == null ? 1 : byDomain.assignment().share();
  }

  /**
   * Logarithm of the weighted mean of the probabilities, what is not to be adapted to being the
   * frozen model's.
   *
   * @param weights of the predictors, sum 1
   */
  Tensor mixed(double[] weights) {
    if (logits.length == 1) {
      return logits[0];
    }
    double[] mean = new double[logits[0].data().length];
    for (int k = 0; k < logits.length; k++) {
      float[] probabilities = Rows.of(logits[k]).probabilities();
      double weight = share() * weights[k] + (k == 0 ? 1 - share() : 0);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += weight * probabilities[i];
      }
    }
    float[] logarithms = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      logarithms[i] = (float) Math.log(Math.max(mean[i], 1e-20));
    }
    return new Tensor(logarithms, logits[0].shape());
  }
}
