package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.optimise.OptimiserConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which method, and its constants.
 *
 * @param name a name of {@link Methods}
 * @param optimiser update rule of methods that train; null for the one its authors use
 * @param constants values by name of {@link Declaration#constants}; those left out are as usual
 * @param augmentations views instead of the method's own random ones; empty for those
 * @param memory a bank between the stream and a method that has none of its own
 * @param source where methods that use source samples find them
 */
public record MethodConfig(
    String name,
    @Nullable OptimiserConfig optimiser,
    Map<String, Double> constants,
    List<Augmentation> augmentations,
    MemoryConfig memory,
    SourceConfig source) {

  /** What {@code method.optimiser} accepts. */
  public enum Rule {
    OWN,
    ADAM,
    SGD
  }

  private static final String NO_CONSTANTS = "none";

  public static final Option<String> NAME =
      Option.choice("method.name", "auto", Methods.names(), "Adaptation method.");
  public static final Option<Rule> RULE =
      Option.oneOf(
          "method.optimiser",
          Rule.OWN,
          Rule.class,
          "Update rule of methods that train; own is the one of the method's authors.");
  public static final Option<Double> LEARNING_RATE =
      Option.number(
          "method.learning.rate",
          0,
          0,
          10,
          "Learning rate of the update rule; 0 is that of the method's authors.");
  public static final Option<Double> MOMENTUM =
      Option.number("method.momentum", 0.9, 0, 1, "Momentum of SGD; not read with own.");
  public static final Option<Boolean> NESTEROV =
      Option.flag(
          "method.nesterov", true, "Whether SGD uses Nesterov momentum; not read with own.");
  public static final Option<Map<String, Double>> CONSTANTS =
      new Option<>(
          "method.constants",
          NO_CONSTANTS,
          "name=number, ... or none",
          "Constants of the method that differ from their usual values.",
          MethodConfig::parseConstants);

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS =
      Stream.of(
              List.of(NAME, RULE, LEARNING_RATE, MOMENTUM, NESTEROV, CONSTANTS),
              MemoryConfig.OPTIONS,
              SourceConfig.OPTIONS)
          .<Option<?>>flatMap(List::stream)
          .toList();

  /** The defaults for the method of this name. */
  public static MethodConfig named(String name) {
    return new MethodConfig(name, null, Map.of(), List.of(), MemoryConfig.NONE, SourceConfig.NONE);
  }

  public MethodConfig {
    Methods.checkKnown(name);
    constants = Map.copyOf(constants);
    augmentations = List.copyOf(augmentations);
    Declaration declaration = Methods.declaration(name);
    constants.forEach((constant, value) -> check(declaration, constant, value));
    if (memory.kind() != MemoryConfig.Kind.NONE && declaration.hasMemory()) {
      throw new IllegalArgumentException(
          "method.memory: expected none with method "
              + name
              + ", which has a bank of its own, found "
              + memory.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  private static void check(Declaration declaration, String constant, double value) {
    List<String> known = declaration.constants().stream().map(Constant::name).toList();
    declaration.constants().stream()
        .filter(declared -> declared.name().equals(constant))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "method.constants: expected "
                        + (known.isEmpty() ? "none" : "some of " + String.join(", ", known))
                        + " with method "
                        + declaration.name()
                        + ", found "
                        + constant))
        .check(value);
  }

  /** Reads the method's keys. */
  public static MethodConfig from(Settings settings) {
    String name = settings.get(NAME);
    return new MethodConfig(
        name,
        optimiser(settings, name),
        settings.get(CONSTANTS),
        List.of(),
        MemoryConfig.from(settings),
        SourceConfig.from(settings));
  }

  private static @Nullable OptimiserConfig optimiser(Settings settings, String name) {
    double rate = settings.get(LEARNING_RATE);
    OptimiserConfig own = Methods.declaration(name).optimiser();
    double usual = own == null ? 1e-3 : own.learningRate();
    double chosen = rate == 0 ? usual : rate;
    if (settings.get(RULE) == Rule.SGD && settings.get(NESTEROV) && settings.get(MOMENTUM) == 0) {
      throw new IllegalArgumentException(
          "expected method.momentum > 0 with method.nesterov, found 0");
    }
    return switch (settings.get(RULE)) {
      case OWN -> rate == 0 || own == null ? null : own.withLearningRate(rate);
      case ADAM -> OptimiserConfig.adam(chosen);
      case SGD -> OptimiserConfig.sgd(chosen, settings.get(MOMENTUM), settings.get(NESTEROV));
    };
  }

  private static Map<String, Double> parseConstants(String text) {
    Map<String, Double> constants = new TreeMap<>();
    if (text.equals(NO_CONSTANTS)) {
      return constants;
    }
    List<String> wrong = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      try {
        if (equals < 0
            || constants.put(
                    part.substring(0, equals).trim(),
                    Double.valueOf(part.substring(equals + 1).trim()))
                != null) {
          wrong.add(part.trim());
        }
      } catch (NumberFormatException e) {
        wrong.add(part.trim());
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "expected name=number parted by commas, each name once, found \""
              + String.join("\", \"", wrong)
              + "\"");
    }
    return constants;
  }

  /** Equal configurations give equal texts: part of a version's provenance. */
  @Override
  public String toString() {
    return "MethodConfig[name="
        + name
        + ", optimiser="
        + optimiser
        + ", constants="
        + new TreeMap<>(constants)
        + ", augmentations="
        + augmentations
        + ", memory="
        + memory
        + ", source="
        + source
        + "]";
  }
}
