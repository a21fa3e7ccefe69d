package dev.meander.core.method;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a method can adapt a model: what it needs beside what the model has. Asked before
 * anything runs, by every program in the same words.
 *
 * <p>A method that normalises with a batch's statistics needs steered batch norms where it does
 * nothing else, and where the model has batch norms none of which can be steered; on a model of
 * other norms it trains their gains.
 */
public final class MethodNeeds {

  private MethodNeeds() {}

  /**
   * Says what is missing.
   *
   * @param hasSource whether source samples are given
   * @return a sentence for each need that is not met; empty when the method can be used
   */
  public static List<String> problems(MethodConfig config, ModelSpec spec, boolean hasSource) {
    return missing(config, spec, hasSource).stream()
        .map(need -> problem(config.name(), spec, need))
        .toList();
  }

  /** As {@link #problems}, of the model alone: source samples are taken to be there. */
  public static List<String> problems(MethodConfig config, ModelSpec spec) {
    return problems(config, spec, true);
  }

  /**
   * Checks a method.
   *
   * @throws IllegalArgumentException with the first thing that is missing
   */
  public static void check(MethodConfig config, ModelSpec spec, boolean hasSource) {
    List<String> problems = problems(config, spec, hasSource);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.get(0));
    }
  }

  /** Needs that are not met, in the order of {@link Need}. */
  public static Set<Need> missing(MethodConfig config, ModelSpec spec, boolean hasSource) {
    Declaration declaration = Methods.declaration(config.name());
    Composition composition = Methods.compose(config);
    Layout inventory = spec.inventory();
    Set<Need> needs = EnumSet.noneOf(Need.class);
    needs.addAll(declaration.needs());
    OptimiserConfig optimiser = composition.optimiser();
    if (optimiser != null && inventory.select(composition.parameters()).size() == 0) {
      needs.add(hasTrainable(spec) ? Need.NORM_GAINS : Need.PARAMETERS);
    }
    boolean normalises = composition.normaliser().mode().usesBatch();
    if (optimiser != null && normalises && !spec.fixedNorms().isEmpty()) {
      needs.add(Need.STEERED_NORMS);
    }
    if (inventory.blocks().stream().anyMatch(block -> block.role().isStatistic())) {
      needs.remove(Need.STEERED_NORMS);
    }
    if (spec.featureWidth() > 0) {
      needs.remove(Need.FEATURES);
    }
    if (headWeights(inventory) > 0
        && headWeights(inventory) == spec.classes() * spec.featureWidth()) {
      needs.remove(Need.HEAD);
    }
    if (hasSource) {
      needs.remove(Need.SOURCE_SAMPLES);
    }
    return needs;
  }

  private static boolean hasTrainable(ModelSpec spec) {
    return spec.inventory().blocks().stream().anyMatch(block -> !block.role().isStatistic());
  }

  private static int headWeights(Layout inventory) {
    return inventory.select(block -> block.role() == Role.HEAD_WEIGHT).size();
  }

  /** Methods that can adapt a model without source samples, with their usual constants. */
  public static List<String> fitting(ModelSpec spec) {
    return Methods.names().stream()
        .filter(name -> missing(MethodConfig.named(name), spec, false).isEmpty())
        .toList();
  }

  private static String problem(String method, ModelSpec spec, Need need) {
    if (need == Need.SOURCE_SAMPLES) {
      return "method "
          + method
          + ": expected source samples, found none; eta and rmt-source-free need none";
    }
    String cannot =
        need == Need.STEERED_NORMS && !spec.fixedNorms().isEmpty()
            ? ", and some that stay as they are: " + first(spec.fixedNorms())
            : "";
    return "method "
        + method
        + ": expected a model with "
        + need.words()
        + ", found none among "
        + spec.inventory().blocks().size()
        + " blocks"
        + cannot
        + "; "
        + need.hint()
        + "; this model fits "
        + String.join(", ", fitting(spec));
  }

  private static String first(List<String> names) {
    int shown = 3;
    Stream<String> first = names.stream().limit(shown);
    String more = names.size() > shown ? " and " + (names.size() - shown) + " more" : "";
    return String.join(", ", first.toList()) + more;
  }
}
