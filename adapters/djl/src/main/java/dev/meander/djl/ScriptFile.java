package dev.meander.djl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One source file of an archive: classes, and the text between them.
 *
 * <p>Thread-safety: none.
 */
final class ScriptFile {

  private static final Pattern CLASS = Pattern.compile("class (\\w+)\\(.*\\):");

  private static final Pattern FUNCTION = Pattern.compile("def (\\w+)\\((?s:.*)");

  private final String namespace;
  private final List<Object> parts = new ArrayList<>(); // ScriptClass, or String for other text

  /**
   * @param namespace dotted name of the file, such as {@code __torch__.torch.nn}
   * @param text the whole file
   */
  ScriptFile(String namespace, String text) {
    this.namespace = namespace;
    List<String> part = new ArrayList<>();
    for (String line : text.lines().toList()) {
      boolean top = !line.isEmpty() && line.charAt(0) != ' ';
      if (top) {
        finish(part);
        part = new ArrayList<>();
      }
      part.add(line);
    }
    finish(part);
  }

  private void finish(List<String> part) {
    if (part.isEmpty()) {
      return;
    }
    Matcher header = CLASS.matcher(part.get(0));
    if (header.matches()) {
      parts.add(new ScriptClass(namespace + "." + header.group(1), part));
    } else {
      parts.add(String.join("\n", part) + "\n");
    }
  }

  List<ScriptClass> classes() {
    return parts.stream()
        .filter(ScriptClass.class::isInstance)
        .map(ScriptClass.class::cast)
        .toList();
  }

  /** Texts of the functions outside of classes, by full name. */
  Map<String, String> functions() {
    Map<String, String> functions = new LinkedHashMap<>();
    for (Object part : parts) {
      if (part instanceof String text) {
        Matcher header = FUNCTION.matcher(text);
        if (header.matches()) {
          functions.put(namespace + "." + header.group(1), text);
        }
      }
    }
    return functions;
  }

  /** Adds a function or other text to the end. */
  void add(String text) {
    parts.add(text);
  }

  String render() {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part instanceof ScriptClass c ? c.render() : part);
    }
    return text.toString();
  }
}
