package dev.meander.suite.tidy;

import dev.meander.core.config.Option;
import dev.meander.core.gate.GateConfig;
import dev.meander.core.learner.LearnerConfig;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README's configuration table, made from the options in the code. */
final class ConfigTable {

  private static final Pattern OPTIONS = Pattern.compile("List<Option<\\?>> OPTIONS\\b");
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");

  private ConfigTable() {}

  /** Options shown first, in this order; those of other classes follow by class name. */
  private static List<List<Option<?>>> sections(List<SourceTree.Source> java) {
    List<List<Option<?>>> sections = new ArrayList<>();
    sections.add(GateConfig.OPTIONS);
    sections.add(LearnerConfig.OPTIONS);
    for (SourceTree.Source source : java) {
      boolean main = source.path().contains("/src/main/java/");
      if (main && OPTIONS.matcher(JavaText.code(source.text())).find()) {
        sections.add(options(source));
      }
    }
    return sections;
  }

  private static List<Option<?>> options(SourceTree.Source source) {
    Matcher name = PACKAGE.matcher(source.text());
    if (!name.find()) {
      throw new IllegalStateException("expected a package in " + source.path());
    }
    String type = name.group(1) + "." + source.name().replace(".java", "");
    try {
      Field field = Class.forName(type).getDeclaredField("OPTIONS");
      field.setAccessible(true);
      List<Option<?>> options = new ArrayList<>();
      for (Object option : (List<?>) field.get(null)) {
        options.add((Option<?>) option);
      }
      return options;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("expected static OPTIONS in " + type, e);
    }
  }

  /** The table as Markdown: one row per key. */
  static String render(List<SourceTree.Source> java) {
    Map<String, Option<?>> options = new LinkedHashMap<>();
    for (List<Option<?>> section : sections(java)) {
      for (Option<?> option : section) {
        Option<?> other = options.putIfAbsent(option.key(), option);
        if (other != null && !row(other).equals(row(option))) {
          throw new IllegalStateException(
              "expected one meaning of " + option.key() + ", found " + row(other) + row(option));
        }
      }
    }
    StringBuilder table =
        new StringBuilder("| key | default | values | meaning |\n|---|---|---|---|\n");
    options.values().forEach(option -> table.append(row(option)));
    return table.toString();
  }

  private static String row(Option<?> option) {
    String defaultText = option.defaultText();
    return "| `"
        + option.key()
        + "` | "
        + (defaultText == null ? "(required)" : "`" + defaultText + "`")
        + " | "
        + escape(option.range())
        + " | "
        + escape(option.meaning())
        + " |\n";
  }

  private static String escape(String text) {
    return text.replace("|", "\\|");
  }
}
