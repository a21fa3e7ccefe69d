package dev.meander.suite.tidy;

import dev.meander.core.config.Option;
import dev.meander.core.gate.GateConfig;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.schemas.Topic;
import dev.meander.serving.metrics.ServingMeter;
import dev.meander.streams.metric.Metric;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README's tables, made from the code. */
final class ReadmeTables {

  private static final Pattern OPTIONS = Pattern.compile("List<Option<\\?>> OPTIONS\\b");
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");

  private ReadmeTables() {}

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

  /** Every configuration key. */
  static String config(List<SourceTree.Source> java) {
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
    return cells(
        "`" + option.key() + "`",
        defaultText == null ? "(required)" : "`" + defaultText + "`",
        option.range(),
        option.meaning());
  }

  /** Every topic. */
  static String topics() {
    StringBuilder table =
        new StringBuilder("| topic | key | value | cleanup |\n|---|---|---|---|\n");
    for (Topic topic : Topic.values()) {
      String value =
          topic.valueClass().map(type -> "`" + type.getSimpleName() + "`").orElse("original bytes");
      table.append(
          cells(
              "`<prefix>." + topic.suffix() + "`",
              topic.keyMeaning(),
              value,
              topic.cleanupPolicy().config()));
    }
    return table.toString();
  }

  /** Every metric of the topology. */
  static String metrics() {
    StringBuilder table =
        new StringBuilder("| metric | counts | outcomes | meaning |\n|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      table.append(
          cells(
              "`" + metric.metricName() + "`", metric.unit(), metric.outcomes(), metric.meaning()));
    }
    return table.toString();
  }

  /** Every metric of a serving node. */
  static String meters() {
    StringBuilder table =
        new StringBuilder("| metric | type | tags | meaning |\n|---|---|---|---|\n");
    for (ServingMeter meter : ServingMeter.values()) {
      table.append(
          cells(
              "`" + meter.id() + "`",
              meter.type(),
              String.join(", ", meter.tags()),
              meter.meaning()));
    }
    return table.toString();
  }

  private static String cells(String... cells) {
    StringBuilder row = new StringBuilder("|");
    for (String cell : cells) {
      row.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    return row.append('\n').toString();
  }
}
