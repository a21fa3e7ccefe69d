package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One source file of an archive: classes, and the text between them.
 *
 * <p>Thread-safety: none.
 */
final class ScriptFile {

  private static final Pattern CLASS = Pattern.compile("class (\\w+)\\(.*\\):");

  private final List<Object> parts = new ArrayList<>(); // ScriptClass, or String for other text

  /**
   * @param namespace dotted name of the file, such as {@code __torch__.torch.nn}
   * @param text the whole file
   */
  ScriptFile(String namespace, String text) {
    List<String> part = new ArrayList<>();
    for (String line : text.lines().toList()) {
      boolean top = !line.isEmpty() && line.charAt(0) != ' ';
      if (top) {
        finish(namespace, part);
        part = new ArrayList<>();
      }
      part.add(line);
    }
    finish(namespace, part);
  }

  private void finish(String namespace, List<String> part) {
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

  String render() {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part instanceof ScriptClass c ? c.render() : part);
    }
    return text.toString();
  }
}
