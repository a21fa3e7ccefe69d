package dev.meander.replay.data;

import dev.meander.replay.file.Column;
import dev.meander.replay.file.DecimalNumber;
import dev.meander.replay.file.FileRefusedException;
import dev.meander.replay.file.Table;
import dev.meander.replay.file.Table.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** Reads the rows of a table into a data set. */
final class TableRows {

  private final Path file;
  private final TableOptions options;
  private final TableColumns columns;
  private final ClassLabels labels;
  private final List<float[]> rows = new ArrayList<>();
  private final List<Integer> delays = new ArrayList<>();
  private final Set<String> rowNames = new HashSet<>();
  private int missing;

  private TableRows(Path file, TableOptions options, TableColumns columns) {
    this.file = file;
    this.options = options;
    this.columns = columns;
    this.labels = new ClassLabels(file);
  }

  static CsvDataSet read(Path file, TableOptions options) {
    try {
      return Table.with(file, table -> read(table, file, options));
    } catch (FileRefusedException e) {
      throw new DataSetRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static CsvDataSet read(Table table, Path file, TableOptions options) throws IOException {
    TableColumns columns = TableColumns.of(table, options.label(), file);
    TableRows rows = new TableRows(file, options, columns);
    table.rows(rows::add);
    return rows.dataSet();
  }

  private void add(Row row) {
    int features = columns.features().size();
    if ((long) (rows.size() + 1) * features > CsvDataSet.VALUES_MAX) {
      throw new DataSetRefusedException(
          "expected at most %d values, found more from line %d on of %s"
              .formatted(CsvDataSet.VALUES_MAX, row.line(), file));
    }
    columns.unnamed().forEach(column -> checkRowName(column, row));
    float[] values = new float[features];
    for (int i = 0; i < features; i++) {
      values[i] = feature(columns.features().get(i), row);
    }
    rows.add(values);
    Column delay = columns.delay();
    if (delay != null) {
      delays.add(delay(cell(delay, row), row.line()));
    }
    labels.add(cell(columns.label(), row), row.line());
  }

  private static String cell(Column column, Row row) {
    return row.cells().get(column.number() - 1);
  }

  /** A first column without a name numbers the rows, any other is empty. */
  private void checkRowName(Column column, Row row) {
    String cell = cell(column, row);
    boolean numbers = column.number() == 1 && cell.matches("[0-9]+(\\.0)?");
    if (numbers ? !rowNames.add(cell) : !cell.isEmpty()) {
      throw new DataSetRefusedException(
          "expected a name of column %d in the header, found none, and \"%s\" in line %d of %s"
              .formatted(column.number(), Table.shown(cell), row.line(), file));
    }
  }

  private float feature(Column column, Row row) {
    String cell = cell(column, row);
    OptionalDouble number = DecimalNumber.parse(cell);
    if (number.isPresent() && Math.abs(number.getAsDouble()) <= CsvDataSet.VALUE_MAX) {
      return Float.parseFloat(cell);
    }
    String where =
        "in column %d (%s) of line %d of %s"
            .formatted(column.number(), Table.shown(column.name()), row.line(), file);
    if (number.isPresent()) {
      throw new DataSetRefusedException(
          "expected a number of at most 1e19 in size, found \"%s\" %s"
              .formatted(Table.shown(cell), where));
    }
    boolean absent = DecimalNumber.isMissing(cell);
    if (absent && options.missing() != MissingValues.REFUSE) {
      missing++;
      return Float.NaN;
    }
    String hint =
        absent
            ? "; a missing value? --missing mean, median or zero puts one in"
            : DecimalNumber.hint(cell);
    throw new DataSetRefusedException(
        "expected a finite number, found \"%s\" %s%s".formatted(Table.shown(cell), where, hint));
  }

  private int delay(String cell, long line) {
    if (cell.isEmpty()) {
      return DataSet.NEVER;
    }
    OptionalDouble number = DecimalNumber.parse(cell);
    double delay = number.orElse(-1);
    if (!(delay >= 0 && delay <= CsvDataSet.DELAY_MAX) || delay != Math.rint(delay)) {
      throw new DataSetRefusedException(
          "expected a label_delay of 0 to %d or none, found \"%s\" in line %d of %s"
              .formatted(CsvDataSet.DELAY_MAX, Table.shown(cell), line, file));
    }
    return (int) delay;
  }

  private CsvDataSet dataSet() {
    if (rows.isEmpty()) {
      throw new DataSetRefusedException("expected rows after the header, found none in " + file);
    }
    ClassLabels.Found classes = labels.resolve(columns.label().values(), options.classes());
    int training = Math.min(options.trainingRows(), rows.size());
    float[] fills = fills(training);
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Float.isNaN(row[i]) ? fills[i] : row[i];
      }
    }
    List<String> notes = new ArrayList<>(columns.notes(file));
    notes.addAll(classes.notes());
    if (missing > 0) {
      String from = options.missing().needsRows() ? " of the training rows" : "";
      notes.add(
          "%d missing values of %s are replaced by the %s%s"
              .formatted(missing, file, options.missing().label(), from));
    }
    notes.addAll(
        FeatureNotes.of(
            rows.subList(0, training), columns.features().stream().map(Column::name).toList()));
    String name = file.getFileName().toString().replaceFirst("(?i)(\\.[^.]*)(\\.gz)?$", "");
    return new CsvDataSet(
        name.isEmpty() ? file.getFileName().toString() : name,
        rows,
        classes,
        delays.stream().mapToInt(Integer::intValue).toArray(),
        fills,
        notes);
  }

  private float[] fills(int training) {
    float[] given = options.fills();
    if (given != null && given.length == columns.features().size()) {
      return given.clone();
    }
    MissingValues kind = options.missing();
    if (missing > 0 && kind.needsRows() && training == 0) {
      throw new DataSetRefusedException(
          "expected training rows to take the %s from (--first or --source), found none for %s"
              .formatted(kind.label(), file));
    }
    float[] fills = kind.fills(rows, training, columns.features().size());
    for (int i = 0; i < fills.length; i++) {
      int at = i;
      if (Float.isNaN(fills[i]) && rows.stream().anyMatch(row -> Float.isNaN(row[at]))) {
        throw new DataSetRefusedException(
            "expected a number in column %s of the %d training rows to take the %s from, found none in %s"
                .formatted(columns.features().get(i).name(), training, kind.label(), file));
      }
    }
    return fills;
  }
}
