package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.weights.Block;
import java.util.function.Predicate;

/**
 * A declared method with the numbers of one configuration.
 *
 * @param declaration the method
 * @param config its numbers
 */
record Setting(Declaration declaration, MethodConfig config) {

  static final Predicate<Block> NOTHING = block -> false;
  static final Predicate<Block> NORM_AFFINE = block -> block.role().isNormAffine();
  static final Predicate<Block> EVERYTHING = block -> !block.role().isStatistic();

  /** The value of a constant that the method declares. */
  double get(Constant constant) {
    Constant declared =
        declaration.constants().stream()
            .filter(known -> known.name().equals(constant.name()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        declaration.name() + " declares what it reads: " + constant.name()));
    return config.constants().getOrDefault(declared.name(), declared.usual());
  }

  /** The value of a constant that counts something. */
  int count(Constant constant) {
    return (int) Math.round(get(constant));
  }

  /** The update rule: the configured one, else the authors'. */
  OptimiserConfig optimiser() {
    OptimiserConfig own = declaration.optimiser();
    OptimiserConfig configured = config.optimiser();
    if (configured != null) {
      return configured;
    }
    if (own == null) {
      throw new IllegalStateException(declaration.name() + " trains and has an update rule");
    }
    return own;
  }

  /** A method that trains nothing. */
  Composition frozen(Normaliser normaliser, Composition.Start start) {
    return new Composition(declaration.name(), normaliser, NOTHING, null, start);
  }

  /** A method that trains gains and shifts of the norm layers with the batch's statistics. */
  Composition normAffine(Composition.Start start) {
    return normAffine(NORM_AFFINE, start);
  }

  /** The same over some of them. */
  Composition normAffine(Predicate<Block> parameters, Composition.Start start) {
    return composition(new Normaliser.Batch(), parameters, start);
  }

  /** A method that trains every parameter with the batch's statistics. */
  Composition everything(Composition.Start start) {
    return composition(new Normaliser.Batch(), EVERYTHING, start);
  }

  /** A method that trains. */
  Composition composition(
      Normaliser normaliser, Predicate<Block> parameters, Composition.Start start) {
    return new Composition(declaration.name(), normaliser, parameters, optimiser(), start);
  }

  /** True when views are given instead of the method's own. */
  boolean hasAugmentations() {
    return !config.augmentations().isEmpty();
  }

  /**
   * The view to use.
   *
   * @param index which of the configured ones
   * @param own the method's, where none is configured
   */
  Augmentation augmentation(int index, Augmentation own) {
    return index < config.augmentations().size() ? config.augmentations().get(index) : own;
  }
}
