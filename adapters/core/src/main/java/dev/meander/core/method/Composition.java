package dev.meander.core.method;

import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Objective;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.weights.Block;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A method as a composition over parts.
 *
 * @param name name in {@link Methods}
 * @param normaliser what batch norms normalise with
 * @param parameters which blocks are trained
 * @param objective the loss; null when nothing is trained
 * @param optimiser the update rule; null when nothing is trained
 */
public record Composition(
    String name,
    Normaliser normaliser,
    Predicate<Block> parameters,
    @Nullable Objective objective,
    @Nullable OptimiserConfig optimiser) {

  public Composition {
    if ((objective == null) != (optimiser == null)) {
      throw new IllegalArgumentException(
          "expected an objective and an optimiser or neither in method " + name);
    }
  }
}
