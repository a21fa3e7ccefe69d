package dev.meander.core.weights;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the sequence of adapter versions of one model in one scope. Written {@code model:scope}.
 *
 * @param model name of the model, {@code [A-Za-z0-9._-]+}
 * @param scope tenant, camera, region; same alphabet
 */
public record LineageId(String model, String scope) {

  /** Scope of a model that has only one lineage. */
  public static final String GLOBAL = "global";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final Pattern LINEAGE = Pattern.compile("([^:]*):([^:]*)");

  public LineageId {
    check("model", model);
    check("scope", scope);
  }

  private static void check(String part, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "expected a "
              + part
              + " name of 1 to 100 letters, digits, '.', '_' or '-', found \""
              + name
              + "\"");
    }
  }

  /**
   * Reads {@code model:scope}.
   *
   * @throws IllegalArgumentException when {@code text} is not of that form
   */
  public static LineageId parse(String text) {
    Matcher matcher = LINEAGE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "expected a lineage written model:scope, found \"" + text + "\"");
    }
    return new LineageId(matcher.group(1), matcher.group(2));
  }

  @Override
  public String toString() {
    return model + ":" + scope;
  }
}
