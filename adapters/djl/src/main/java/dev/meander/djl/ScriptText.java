package dev.meander.djl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of one method or function: its calls, and where the values it names come from.
 *
 * <p>Thread-safety: immutable.
 */
final class ScriptText {

  /**
   * A call of a function or an operator by its name.
   *
   * @param at first character of the name
   * @param open first character behind the opening parenthesis
   * @param callee full name, such as {@code torch.batch_norm}
   */
  record Call(int at, int open, String callee) {}

  private static final Pattern CALL = Pattern.compile("(?<![\\w.)\\]\"'])([A-Za-z_][\\w.]*)\\(");
  private static final Pattern FUNCTION = Pattern.compile("__torch__(?:\\.\\w+)+");
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)(?:\\s*:.*)?", Pattern.DOTALL);
  private static final Pattern ASSIGNMENT = Pattern.compile("(?m)^ +(\\w+) = (.*)$");
  private static final Pattern PATH = Pattern.compile("(\\w+)((?:\\.\\w+)*)");
  private static final Pattern CHILD =
      Pattern.compile("getattr\\(\\(?(\\w+(?:\\.\\w+)*)\\)?, \"(\\w+)\"\\)");
  private static final Pattern WRAPPED =
      Pattern.compile(
          "(?:ops\\.prim\\.|prim\\.)?(?:unchecked_unwrap_optional|unchecked_cast|annotate)\\((.*)\\)");
  private static final String NOTHING = "None";
  private static final int HOPS_MAX = 20;

  private final String text;
  private final List<String> parameters = new ArrayList<>();
  private final Map<String, Set<String>> assigned = new HashMap<>();

  /**
   * @param text from {@code def} on
   */
  ScriptText(String text) {
    this.text = text;
    for (String declared : ScriptExpression.arguments(text, text.indexOf('(') + 1)) {
      Matcher parameter = PARAMETER.matcher(declared);
      if (parameter.matches()) {
        parameters.add(parameter.group(1));
      }
    }
    Matcher assignment = ASSIGNMENT.matcher(text);
    while (assignment.find()) {
      assigned
          .computeIfAbsent(assignment.group(1), name -> new HashSet<>())
          .add(assignment.group(2).strip());
    }
  }

  List<String> parameters() {
    return parameters;
  }

  /** Every call by name, in the order of the text; methods of objects are none. */
  List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    Matcher call = CALL.matcher(text);
    while (call.find()) {
      calls.add(new Call(call.start(1), call.end(), callee(call.group(1))));
    }
    return calls;
  }

  /** A function is often given a short name before it is called. */
  private String callee(String name) {
    Set<String> values = assigned.getOrDefault(name, Set.of());
    return values.size() == 1 && FUNCTION.matcher(values.iterator().next()).matches()
        ? values.iterator().next()
        : name;
  }

  List<String> arguments(Call call) {
    return ScriptExpression.arguments(text, call.open());
  }

  /**
   * Where a value comes from: a dotted path that begins with a parameter, such as {@code
   * self.bn.running_mean}; null when the text does not say, or says several.
   */
  @Nullable String origin(String expression) {
    Set<String> origins = new HashSet<>();
    collect(expression, origins, HOPS_MAX);
    origins.remove(NOTHING);
    String only = origins.size() == 1 ? origins.iterator().next() : "";
    return only.isEmpty() ? null : only;
  }

  private void collect(String expression, Set<String> origins, int hops) {
    String plain = plain(expression);
    Matcher path = PATH.matcher(plain);
    if (plain.equals(NOTHING)) {
      origins.add(NOTHING);
    } else if (hops == 0 || !path.matches()) {
      origins.add("");
    } else {
      Set<String> values = assigned.getOrDefault(path.group(1), Set.of());
      if (values.isEmpty()) {
        origins.add(parameters.contains(path.group(1)) ? plain : "");
      }
      for (String value : values) {
        Set<String> heads = new HashSet<>();
        collect(value, heads, hops - 1);
        heads.forEach(
            head ->
                origins.add(head.isEmpty() || head.equals(NOTHING) ? head : head + path.group(2)));
      }
    }
  }

  private static String plain(String expression) {
    String plain = expression.strip();
    for (int i = 0; i < HOPS_MAX; i++) {
      String before = plain;
      plain = CHILD.matcher(plain).replaceAll("$1.$2");
      Matcher wrapped = WRAPPED.matcher(plain);
      if (wrapped.matches()) {
        List<String> arguments = ScriptExpression.arguments(wrapped.group(1) + ")", 0);
        plain = arguments.isEmpty() ? "" : arguments.get(arguments.size() - 1);
      } else if (plain.startsWith("(") && plain.endsWith(")")) {
        plain = plain.substring(1, plain.length() - 1).strip();
      }
      plain = plain.replaceAll("^\\((\\w+)\\)\\.", "$1.");
      if (plain.equals(before)) {
        break;
      }
    }
    return plain;
  }

  /** The text with another callee for each of some calls, and arguments put before its own. */
  String replaced(List<Call> calls, List<String> starts) {
    StringBuilder replaced = new StringBuilder(text);
    for (int i = calls.size() - 1; i >= 0; i--) {
      replaced.replace(calls.get(i).at(), calls.get(i).open(), starts.get(i));
    }
    return replaced.toString();
  }
}
