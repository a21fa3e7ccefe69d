package dev.meander.core.method;

import dev.meander.core.optimise.OptimiserConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table of methods: a name, what can be set, and how the parts are put together.
 *
 * @param name name in {@link Methods}
 * @param optimiser the update rule its authors use; null when nothing is trained
 * @param needs what it cannot do without; what it trains and normalises with says the rest
 * @param constants what {@code method.constants} may set
 * @param compose puts the parts together
 */
public record Declaration(
    String name,
    @Nullable OptimiserConfig optimiser,
    Set<Need> needs,
    List<Constant> constants,
    Function<Setting, Composition> compose) {

  public Declaration {
    needs = Set.copyOf(needs);
    constants = List.copyOf(constants);
  }

  /** A method that trains nothing. */
  static Declaration frozen(
      String name, List<Constant> constants, Function<Setting, Composition> compose) {
    return new Declaration(name, null, Set.of(), constants, compose);
  }

  /** A method that trains. */
  static Declaration training(
      String name,
      OptimiserConfig optimiser,
      List<Constant> constants,
      Function<Setting, Composition> compose) {
    return new Declaration(name, optimiser, Set.of(), constants, compose);
  }

  /** True when its own bank of samples is part of it. */
  boolean hasMemory() {
    return constants.stream().anyMatch(constant -> constant.name().matches("memory-size|uploads"));
  }

  /** The same method, refused where one of these is missing. */
  Declaration needing(Need... more) {
    Set<Need> all = EnumSet.copyOf(List.of(more));
    all.addAll(needs);
    return new Declaration(name, optimiser, all, constants, compose);
  }

  /** True when it cannot start without source samples. */
  public boolean needsSource() {
    return needs.contains(Need.SOURCE_SAMPLES);
  }
}
