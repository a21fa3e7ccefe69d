package dev.meander.core.method;

import dev.meander.core.objective.GeneralisedCrossEntropy;
import dev.meander.core.optimise.OptimiserConfig;
import java.util.List;

/**
 * RPL (Rusak et al., "If your data distribution shifts, use self-learning", TMLR 2022): batch
 * statistics, mean generalised cross-entropy to the model's own prediction with q = 0.8, one step
 * on gains and shifts. As published.
 */
final class Rpl {

  private static final Constant Q =
      new Constant("gce-q", 0.8, 1e-6, 1, "Exponent of the generalised cross-entropy.");

  static final Declaration DECLARATION =
      Declaration.training(
          "rpl",
          OptimiserConfig.adam(1e-3),
          List.of(Q),
          setting ->
              setting.normAffine(
                  run -> SinglePass.of(new GeneralisedCrossEntropy(setting.get(Q)))));

  private Rpl() {}
}
