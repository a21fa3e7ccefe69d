package dev.meander.core.method;

import dev.meander.core.optimise.OptimiserConfig;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table of methods: a name, what can be set, and how the parts are put together.
 *
 * @param name name in {@link Methods}
 * @param optimiser the update rule its authors use; null when nothing is trained
 * @param needsSource true when it cannot start without source samples
 * @param constants what {@code method.constants} may set
 * @param compose puts the parts together
 */
public record Declaration(
    String name,
    @Nullable OptimiserConfig optimiser,
    boolean needsSource,
    List<Constant> constants,
    Function<Setting, Composition> compose) {

  public Declaration {
    constants = List.copyOf(constants);
  }

  /** A method that trains nothing. */
  static Declaration frozen(
      String name, List<Constant> constants, Function<Setting, Composition> compose) {
    return new Declaration(name, null, false, constants, compose);
  }

  /** A method that trains. */
  static Declaration training(
      String name,
      OptimiserConfig optimiser,
      List<Constant> constants,
      Function<Setting, Composition> compose) {
    return new Declaration(name, optimiser, false, constants, compose);
  }

  /** True when its own bank of samples is part of it. */
  boolean hasMemory() {
    return constants.stream().anyMatch(constant -> constant.name().matches("memory-size|uploads"));
  }

  /** The same method, refused where no source samples are given. */
  Declaration withSource() {
    return new Declaration(name, optimiser, true, constants, compose);
  }
}
