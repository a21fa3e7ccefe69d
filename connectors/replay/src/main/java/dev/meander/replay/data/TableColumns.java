package dev.meander.replay.data;

import dev.meander.core.config.Nearest;
import dev.meander.replay.file.Column;
import dev.meander.replay.file.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a table is what.
 *
 * @param label the classes
 * @param delay when they become known; null when the table does not say
 * @param features the others that have a name
 * @param unnamed those without a name
 */
record TableColumns(
    Column label, @Nullable Column delay, List<Column> features, List<Column> unnamed) {

  private static final String LABEL = "label";
  private static final String DELAY = "label_delay";

  /** What pandas calls a column without a name when it reads it back. */
  private static final String NO_NAME = "(?i)(unnamed: [0-9]+)?";

  private static final List<String> OFTEN =
      List.of("class", "target", "y", "labels", "species", "outcome", "category");

  /**
   * Finds them.
   *
   * @param name of the column of classes; null for the usual one
   * @throws DataSetRefusedException when it is not there, or there are several
   */
  static TableColumns of(Table table, @Nullable String name, Path file) {
    List<Column> all = table.columns();
    Column label = label(table, name, file);
    List<Column> features = new ArrayList<>();
    List<Column> unnamed = new ArrayList<>();
    Column delay = null;
    for (Column column : all) {
      if (column.equals(label)) {
        continue;
      }
      if (column.name().matches(NO_NAME)) {
        unnamed.add(column);
      } else if (delay == null && all.size() > 2 && isNamed(column, DELAY)) {
        delay = column;
      } else {
        features.add(column);
      }
    }
    if (features.isEmpty()) {
      throw new DataSetRefusedException(
          "expected a column of numbers beside %s, found none in %s".formatted(label.name(), file));
    }
    return new TableColumns(label, delay, features, unnamed);
  }

  private static Column label(Table table, @Nullable String name, Path file) {
    List<Column> all = table.columns();
    String wanted = name == null ? LABEL : name.strip();
    List<Column> found = all.stream().filter(column -> isNamed(column, wanted)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    if (found.size() > 1) {
      throw new DataSetRefusedException(
          "expected one column %s, found %d in %s".formatted(wanted, found.size(), file));
    }
    if (name == null && table.lastIsClass()) {
      return all.get(all.size() - 1);
    }
    List<String> names = all.stream().map(Column::name).toList();
    String header = Table.shown(String.join(",", names));
    throw new DataSetRefusedException(
        "expected a column %s, found \"%s\" in %s%s"
            .formatted(wanted, header, file, hint(name, wanted, names)));
  }

  private static String hint(@Nullable String name, String wanted, List<String> names) {
    if (name != null) {
      return Nearest.suggestion(wanted, names);
    }
    String likely =
        names.stream()
            .filter(each -> OFTEN.contains(each.toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElse("NAME");
    return "; --label " + likely + " names another one";
  }

  private static boolean isNamed(Column column, String name) {
    return column.name().equalsIgnoreCase(name);
  }

  /** What to say of columns that are called the same, or left out. */
  List<String> notes(Path file) {
    List<String> notes = new ArrayList<>();
    List<String> names = features.stream().map(Column::name).toList();
    String twice =
        names.stream()
            .distinct()
            .filter(name -> names.indexOf(name) != names.lastIndexOf(name))
            .collect(Collectors.joining(", "));
    if (!twice.isEmpty()) {
      notes.add("several columns of " + file + " have the same name: " + twice);
    }
    for (Column column : unnamed) {
      notes.add("column %d of %s has no name and is left out".formatted(column.number(), file));
    }
    return notes;
  }
}
