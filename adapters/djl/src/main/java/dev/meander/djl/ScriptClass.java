package dev.meander.djl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text of one class of an archive, split into its declarations and its methods.
 *
 * <p>Thread-safety: none.
 */
final class ScriptClass {

  private static final Pattern METHOD = Pattern.compile("  def (\\w+)\\(.*");
  private static final Pattern LISTS =
      Pattern.compile("__parameters__ = \\[(.*?)]\\n(\\s*)__buffers__ = \\[(.*?)]");
  private static final Pattern FIELD = Pattern.compile("(?m)^  (\\w+) : (.*?)(?: = .*)?$");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  private final String name;
  private String declarations;
  private final Map<String, String> methods = new LinkedHashMap<>();
  private final List<String> parameters;

  /**
   * @param name full name, such as {@code __torch__.Net}
   * @param lines text from {@code class} on, without line ends
   */
  ScriptClass(String name, List<String> lines) {
    this.name = name;
    StringBuilder head = new StringBuilder();
    StringBuilder body = head;
    String method = "";
    for (String line : lines) {
      Matcher start = METHOD.matcher(line);
      if (start.matches()) {
        finish(method, body);
        method = start.group(1);
        body = new StringBuilder();
      } else if (body != head && line.startsWith("  ") && !line.startsWith("   ")) {
        finish(method, body); // a declaration between methods
        method = "";
        body = head;
      }
      body.append(line).append('\n');
    }
    finish(method, body);
    this.declarations = head.toString();
    Matcher lists = LISTS.matcher(declarations);
    this.parameters = lists.find() ? quoted(lists.group(1)) : List.of();
  }

  private void finish(String method, StringBuilder body) {
    if (!method.isEmpty()) {
      methods.put(method, body.toString());
    }
  }

  private static List<String> quoted(String list) {
    return QUOTED.matcher(list).results().map(match -> match.group(1)).toList();
  }

  String name() {
    return name;
  }

  String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Names of the attributes that were parameters when the archive was read. */
  List<String> parameters() {
    return parameters;
  }

  /** Text of a method with its {@code def} line; null when there is none. */
  @Nullable String method(String method) {
    return methods.get(method);
  }

  /** Texts of the methods by name. */
  Map<String, String> methods() {
    return new LinkedHashMap<>(methods);
  }

  /** True for modules whose attributes are declared as the engine writes them. */
  boolean isModule() {
    return declarations.lines().findFirst().orElse("").endsWith("(Module):")
        && LISTS.matcher(declarations).find();
  }

  /** Declares one more attribute. */
  void declare(String attribute, String type, boolean listed) {
    declarations =
        LISTS
            .matcher(declarations)
            .replaceFirst(
                lists ->
                    Matcher.quoteReplacement(
                        "__parameters__ = ["
                            + (listed ? "\"" + attribute + "\", " : "")
                            + lists.group(1)
                            + "]\n"
                            + lists.group(2)
                            + "__buffers__ = ["
                            + lists.group(3)
                            + "]\n  "
                            + attribute
                            + " : "
                            + type));
  }

  void putMethod(String method, String text) {
    methods.put(method, text);
  }

  /** Declared type of an attribute, such as {@code Tensor}; empty when it is not declared. */
  String declaredType(String attribute) {
    Matcher type =
        Pattern.compile("(?m)^  " + Pattern.quote(attribute) + " : (.*?)(?: = .*)?$")
            .matcher(declarations);
    return type.find() ? type.group(1) : annotated(attribute);
  }

  /** Type of an attribute whose name is no identifier, such as a position in a Sequential. */
  private String annotated(String attribute) {
    Matcher type =
        Pattern.compile("(?m)^  __annotations__\\[\"" + Pattern.quote(attribute) + "\"] = (.*)$")
            .matcher(declarations);
    return type.find() ? type.group(1) : "";
  }

  boolean isNamedTuple() {
    return declarations.contains("(NamedTuple):");
  }

  /** Declared attributes and their types, in order. */
  Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    FIELD.matcher(declarations).results().forEach(f -> fields.put(f.group(1), f.group(2)));
    return fields;
  }

  /** Value of a constant attribute as it is written; null when there is none. */
  @Nullable String constant(String attribute) {
    Matcher value =
        Pattern.compile("(?m)^  " + Pattern.quote(attribute) + " : Final\\[.*?] = (.*)$")
            .matcher(declarations);
    return value.find() ? value.group(1) : null;
  }

  /** Makes buffers parameters, which the engine lists and lets be written. */
  void exposeBuffers() {
    declarations =
        LISTS
            .matcher(declarations)
            .replaceAll(
                lists ->
                    Matcher.quoteReplacement(
                        "__parameters__ = ["
                            + lists.group(1)
                            + lists.group(3)
                            + "]\n"
                            + lists.group(2)
                            + "__buffers__ = []"));
  }

  String render() {
    return declarations + String.join("", methods.values());
  }
}
