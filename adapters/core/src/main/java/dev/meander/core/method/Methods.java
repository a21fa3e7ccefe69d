package dev.meander.core.method;

import dev.meander.core.config.Nearest;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Entropy;
import dev.meander.core.weights.Block;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The table of adaptation methods by name. Adding a method adds one line here. */
public final class Methods {

  private static final Predicate<Block> NOTHING = block -> false;
  private static final Predicate<Block> NORM_AFFINE = block -> block.role().isNormAffine();

  private static final Map<String, Function<MethodConfig, Composition>> TABLE =
      new TreeMap<>(
          Map.of(
              "source", config -> frozen("source", new Normaliser.Source()),
              "bn-1", config -> frozen("bn-1", new Normaliser.Batch()),
              "alpha-bn", config -> frozen("alpha-bn", new Normaliser.Blend(config.batchShare())),
              "bn-ema", config -> frozen("bn-ema", new Normaliser.MovingAverage()),
              "tent", Methods::tent));

  private Methods() {}

  /** Every name, in order. */
  public static List<String> names() {
    return List.copyOf(TABLE.keySet());
  }

  /**
   * Checks a name.
   *
   * @throws IllegalArgumentException with the list of known names
   */
  public static void checkKnown(String name) {
    if (!TABLE.containsKey(name)) {
      throw new IllegalArgumentException(
          "method.name: expected one of "
              + String.join(", ", names())
              + ", found \""
              + name
              + "\""
              + Nearest.suggestion(name, names()));
    }
  }

  /** The composition that {@code config} names. */
  public static Composition compose(MethodConfig config) {
    checkKnown(config.name());
    Function<MethodConfig, Composition> composition = TABLE.get(config.name());
    if (composition == null) {
      throw new IllegalStateException("a known method has a composition: " + config.name());
    }
    return composition.apply(config);
  }

  private static Composition frozen(String name, Normaliser normaliser) {
    return new Composition(name, normaliser, NOTHING, null, null);
  }

  /** TENT: batch statistics, entropy of the batch, gains and shifts of the norm layers. */
  private static Composition tent(MethodConfig config) {
    return new Composition(
        "tent", new Normaliser.Batch(), NORM_AFFINE, new Entropy(), config.optimiser());
  }
}
