package dev.meander.core.method;

import dev.meander.core.config.Nearest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of adaptation methods by name. Adding a method adds one line here. */
public final class Methods {

  private static final Map<String, Declaration> TABLE =
      Stream.of(
              Frozen.SOURCE,
              Frozen.BN_1,
              Frozen.ALPHA_BN,
              Frozen.BN_EMA,
              Tent.DECLARATION,
              Rpl.DECLARATION,
              Eata.ETA,
              Eata.EATA,
              Eata.RDUMB,
              Sar.DECLARATION,
              Deyo.DECLARATION,
              Roid.ROID,
              Roid.CMF,
              Corrected.LAME,
              Corrected.T3A,
              Memo.DECLARATION,
              Note.DECLARATION,
              Cotta.DECLARATION,
              Rotta.DECLARATION,
              Rmt.RMT,
              Rmt.SOURCE_FREE,
              Santa.DECLARATION,
              Gtta.DECLARATION,
              Adacontrast.DECLARATION,
              Cema.DECLARATION,
              Auto.DECLARATION)
          .collect(
              Collectors.toMap(
                  Declaration::name,
                  Function.identity(),
                  (one, other) -> {
                    throw new IllegalStateException("two methods named " + one.name());
                  },
                  TreeMap::new));

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

  /**
   * The line of {@code name}.
   *
   * @throws IllegalArgumentException with the list of known names
   */
  public static Declaration declaration(String name) {
    Declaration declaration = TABLE.get(name);
    if (declaration == null) {
      checkKnown(name);
      throw new IllegalStateException("a known method is declared: " + name);
    }
    return declaration;
  }

  /** The composition that {@code config} names. */
  public static Composition compose(MethodConfig config) {
    Declaration declaration = declaration(config.name());
    return declaration.compose().apply(new Setting(declaration, config));
  }
}
