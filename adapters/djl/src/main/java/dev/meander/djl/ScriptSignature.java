package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a method's text: {@code def NAME(self: TYPE, ...) -> RESULT:}.
 *
 * @param self name and type of the object, as they are written
 * @param parameters what follows it
 * @param result type of the result
 */
record ScriptSignature(String self, List<Parameter> parameters, String result) {

  /**
   * One parameter.
   *
   * @param name its name
   * @param type its type, such as {@code Optional[Tensor]}
   * @param optional whether it has a default
   */
  record Parameter(String name, String type, boolean optional) {}

  private static final String ARROW = " -> ";

  /** Reads the head of {@code method}; null when it is none. */
  static @Nullable ScriptSignature of(String method) {
    int open = method.indexOf('(');
    int close = ScriptExpression.end(method, open + 1);
    int end = method.indexOf(":\n", close);
    if (open < 0 || end < 0 || !method.startsWith(ARROW, close + 1)) {
      return null;
    }
    List<String> written = ScriptExpression.arguments(method, open + 1);
    List<Parameter> parameters = new ArrayList<>();
    for (String parameter : written.subList(Math.min(1, written.size()), written.size())) {
      int colon = parameter.indexOf(": ");
      if (colon < 0) {
        return null;
      }
      String type = parameter.substring(colon + 2);
      int value = type.indexOf('=');
      parameters.add(
          new Parameter(
              parameter.substring(0, colon),
              value < 0 ? type : type.substring(0, value),
              value >= 0));
    }
    return written.isEmpty()
        ? null
        : new ScriptSignature(
            written.get(0), parameters, method.substring(close + 1 + ARROW.length(), end));
  }

  /** Name of the object, usually {@code self}. */
  String selfName() {
    return self.substring(0, Math.max(0, self.indexOf(':')));
  }
}
