package dev.meander.core.method;

import dev.meander.core.objective.Entropy;
import dev.meander.core.optimise.OptimiserConfig;
import java.util.List;

/**
 * TENT (Wang et al., "Tent: fully test-time adaptation by entropy minimization", ICLR 2021): batch
 * statistics, mean entropy of the batch {@code L = (1/b) sum_i H(z_i)}, one step on gains and
 * shifts of the norm layers. Prediction before the step. As published; weights of the gate multiply
 * each sample's entropy.
 */
final class Tent {

  static final Declaration DECLARATION =
      Declaration.training(
          "tent",
          OptimiserConfig.adam(1e-3),
          List.of(),
          setting -> setting.normAffine(run -> SinglePass.of(new Entropy())));

  private Tent() {}
}
