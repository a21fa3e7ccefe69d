package dev.meander.replay.file;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file as RFC 4180 has it: quotes, doubled quotes, separators and line ends in quotes;
 * commas, semicolons, tabs or bars, whichever the header has; blank lines and lines that begin with
 * {@code #} are passed over.
 */
final class CsvTable extends Table {

  private static final int AHEAD = 1 << 16;
  private static final int LINES_AHEAD = 8;
  private static final String COMMENT = "#";

  private final Path file;
  private final BufferedReader reader;
  private final Iterator<CsvRecord> records;
  private final List<Column> columns;
  private final int linesBefore;

  private CsvTable(
      Path file,
      BufferedReader reader,
      Iterator<CsvRecord> records,
      List<Column> columns,
      int linesBefore) {
    this.file = file;
    this.reader = reader;
    this.records = records;
    this.columns = columns;
    this.linesBefore = linesBefore;
  }

  static CsvTable open(Path file) throws IOException {
    BufferedReader reader = TextFile.open(file);
    try {
      return open(file, reader);
    } catch (UncheckedIOException e) {
      reader.close();
      throw e.getCause();
    } catch (CsvParseException e) {
      reader.close();
      throw refused(e, file);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private static CsvTable open(Path file, BufferedReader reader) throws IOException {
    reader.mark(AHEAD);
    char[] ahead = new char[AHEAD - 1];
    int count = Math.max(0, reader.read(ahead));
    reader.reset();
    String text = new String(ahead, 0, count);
    List<String> lines =
        text.lines()
            .filter(line -> !line.isBlank() && !line.startsWith(COMMENT))
            .limit(LINES_AHEAD)
            .toList();
    if (lines.isEmpty()) {
      String found = text.isBlank() ? "no text" : "comments only";
      throw new FileRefusedException(
          "expected a header line with the names of the columns, found %s in %s"
              .formatted(found, file));
    }
    Separator separator = Separator.find(lines).orElseThrow(() -> noSeparator(lines.get(0), file));
    int before = 0;
    while (separator.stated() && before == 0) {
      String line = reader.readLine();
      before = line == null || !line.isBlank() ? 1 : 0;
    }
    Iterator<CsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(separator.character())
            .commentStrategy(CommentStrategy.SKIP)
            .skipEmptyLines(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .trimWhitespacesAroundQuotes(true)
            .ofCsvRecord(reader)
            .iterator();
    Row header = next(records, before);
    if (header == null) {
      throw new FileRefusedException("expected a header line, found none in " + file);
    }
    checkHeader(header, text, file);
    List<Column> columns = new ArrayList<>();
    for (String cell : header.cells()) {
      columns.add(new Column(cell, columns.size() + 1, List.of()));
    }
    return new CsvTable(file, reader, records, List.copyOf(columns), before);
  }

  private static FileRefusedException noSeparator(String header, Path file) {
    String hint = header.strip().matches(".*\\s.*") ? "; are blanks between them?" : "";
    return new FileRefusedException(
        "expected columns separated by commas, semicolons, tabs or bars, found \"%s\" in the first line of %s%s"
            .formatted(shown(header), file, hint));
  }

  /** A first line of numbers is a row whose file has no header. */
  private static void checkHeader(Row header, String text, Path file) {
    if (!header.cells().stream().allMatch(cell -> DecimalNumber.parse(cell).isPresent())) {
      return;
    }
    boolean commented = text.stripLeading().startsWith(COMMENT);
    throw new FileRefusedException(
        "expected a header line with the names of the columns, found numbers in line %d of %s; %s"
            .formatted(
                header.line(),
                file,
                commented
                    ? "take the # away if the line before is the header"
                    : "write one, such as x1,x2,label, before them"));
  }

  private static @Nullable Row next(Iterator<CsvRecord> records, int linesBefore) {
    while (records.hasNext()) {
      CsvRecord record = records.next();
      List<String> cells = record.getFields();
      if (cells.size() > 1 || !cells.get(0).isBlank()) {
        return new Row(
            record.getStartingLineNumber() + linesBefore,
            cells.stream().map(String::strip).toList());
      }
    }
    return null;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public boolean lastIsClass() {
    return false;
  }

  @Override
  public void rows(Consumer<Row> each) throws IOException {
    try {
      for (Row row = next(records, linesBefore); row != null; row = next(records, linesBefore)) {
        if (row.cells().size() != columns.size()) {
          throw ragged(row);
        }
        each.accept(row);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      throw refused(e, file);
    }
  }

  private FileRefusedException ragged(Row row) {
    String hint = "";
    if (row.cells().stream().anyMatch(cell -> cell.contains("\n"))) {
      hint = "; is a quote in it never closed?";
    } else if (row.cells().size() == columns.size() + 1) {
      hint =
          row.cells().get(row.cells().size() - 1).isEmpty()
              ? "; a separator at the end of the line?"
              : "; R writes row names without a name: write.csv(x, row.names = FALSE)";
    }
    return new FileRefusedException(
        "expected %d cells, found %d in line %d of %s%s"
            .formatted(columns.size(), row.cells().size(), row.line(), file, hint));
  }

  private static FileRefusedException refused(CsvParseException e, Path file) {
    String why = String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
    if (why.toLowerCase(Locale.ROOT).contains("buffer")) {
      why = "a line of more than 16 MB; is a quote never closed?";
    }
    return new FileRefusedException(
        "expected a CSV file, found %s in %s".formatted(shown(why), file), e);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
