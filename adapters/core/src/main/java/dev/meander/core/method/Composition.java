package dev.meander.core.method;

import dev.meander.core.normalise.Normaliser;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.weights.Block;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A method as a composition over parts. Immutable: what a learner's copy must remember is made anew
 * by {@link Start}.
 *
 * @param name name in {@link Methods}
 * @param normaliser what batch norms normalise with
 * @param parameters which blocks are trained
 * @param optimiser the update rule; null when nothing is trained
 * @param start makes the parts that see a batch: teacher, objective, sample weights, memory,
 *     corrector
 */
public record Composition(
    String name,
    Normaliser normaliser,
    Predicate<Block> parameters,
    @Nullable OptimiserConfig optimiser,
    Start start) {

  /** Makes a learner's own copy of a procedure and its parts. */
  @FunctionalInterface
  interface Start {
    Procedure begin(MethodRun run);
  }
}
