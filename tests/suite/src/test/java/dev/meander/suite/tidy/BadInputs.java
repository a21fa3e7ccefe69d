package dev.meander.suite.tidy;

import dev.meander.kit.BadInput.Entrance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of bad inputs, made from the annotations of the tests that try them. */
final class BadInputs {

  private static final String LITERALS =
      "(\"(?:[^\"\\\\]|\\\\.)*\"(?:\\s*\\+\\s*\"(?:[^\"\\\\]|\\\\.)*\")*)";
  private static final Pattern ANNOTATION =
      Pattern.compile(
          "@BadInput\\(\\s*at = (?:BadInput\\.)?(?:Entrance\\.)?(\\w+),\\s*what =\\s*"
              + LITERALS
              + ",\\s*then =\\s*"
              + LITERALS
              + "\\s*\\)");
  private static final Pattern ANY = Pattern.compile("(?m)^\\s*@BadInput\\(");
  private static final Pattern NEXT_NAME =
      Pattern.compile("(?m)^\\s*(?:public |private |static |final )*(?:void|class) (\\w+)");
  private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

  private BadInputs() {}

  /**
   * One kind of bad input.
   *
   * @param at where it comes in
   * @param what what comes in
   * @param then what must happen
   * @param test the test that tries it, {@code Class.method} or {@code Class}
   */
  record Row(Entrance at, String what, String then, String test) {}

  /** Every kind that a test names, by entrance and then in the order of the files. */
  static List<Row> rows(List<SourceTree.Source> java) {
    List<Row> rows = new ArrayList<>();
    for (SourceTree.Source source : java) {
      if (source.path().contains("/src/test/java/")) {
        rows.addAll(rows(source));
      }
    }
    rows.sort(Comparator.comparing(Row::at));
    return rows;
  }

  private static List<Row> rows(SourceTree.Source source) {
    List<Row> rows = new ArrayList<>();
    Matcher annotation = ANNOTATION.matcher(source.text());
    while (annotation.find()) {
      Matcher next = NEXT_NAME.matcher(source.text());
      if (!next.find(annotation.end())) {
        throw new AssertionError(
            "expected a test after " + annotation.group() + " in " + source.path());
      }
      String type = source.name().replace(".java", "");
      String test = next.group(1).equals(type) ? type : type + "." + next.group(1);
      rows.add(
          new Row(
              Entrance.valueOf(annotation.group(1)),
              text(annotation.group(2)),
              text(annotation.group(3)),
              test));
    }
    long all = ANY.matcher(source.text()).results().count();
    if (all != rows.size()) {
      throw new AssertionError(
          "expected @BadInput(at = ..., what = \"...\", then = \"...\") in this order, found "
              + (all - rows.size())
              + " otherwise in "
              + source.path());
    }
    return rows;
  }

  private static String text(String literals) {
    String joined = JOINT.matcher(literals).replaceAll("");
    return joined
        .substring(1, joined.length() - 1)
        .translateEscapes()
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("\n", " ");
  }

  /** The page. */
  static String page(List<Row> rows) {
    StringBuilder page =
        new StringBuilder(
            """
            # Bad inputs

            Every kind of bad or odd input that a test tries, where it comes in and what must happen. The page is made from the
            `@BadInput` annotations of the tests (CONTRIBUTING says how); whoever meets a new kind writes its test beside its neighbours.
            """);
    for (Entrance entrance : Entrance.values()) {
      List<Row> here = rows.stream().filter(row -> row.at() == entrance).toList();
      if (here.isEmpty()) {
        continue;
      }
      page.append("\n## ")
          .append(title(entrance))
          .append("\n\n| what | then | test |\n|---|---|---|\n");
      for (Row row : here) {
        page.append("| %s | %s | `%s` |\n".formatted(row.what(), row.then(), row.test()));
      }
    }
    return page.toString();
  }

  private static String title(Entrance entrance) {
    return switch (entrance) {
      case MODEL -> "Model files, and what models do when they run";
      case RECORD -> "Records on topics";
      case REQUEST -> "Requests to a node";
      case CONFIGURATION -> "Configuration and environment";
      case COMMAND -> "Options of commands, and the files that they write";
      case DATA -> "Data sets";
      case BROKER -> "The broker: rights, clocks, transactions";
      case REGISTRY -> "The schema registry";
    };
  }
}
