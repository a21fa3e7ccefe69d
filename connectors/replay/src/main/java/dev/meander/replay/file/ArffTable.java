package dev.meander.replay.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A file of Weka's ARFF: numeric and nominal attributes, quoted names, comments, {@code ?}. Sparse
 * rows and attributes of texts, dates and relations are refused.
 */
final class ArffTable extends Table {

  private static final int COLUMNS_MAX = 100_000;

  private final Path file;
  private final BufferedReader reader;
  private final List<Column> columns = new ArrayList<>();
  private long line;

  private ArffTable(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  static ArffTable open(Path file) throws IOException {
    ArffTable table = new ArffTable(file, TextFile.open(file));
    try {
      table.readHeader();
      return table;
    } catch (IOException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  private void readHeader() throws IOException {
    for (String text = nextLine(); !text.isEmpty(); text = nextLine()) {
      String[] words = text.split("\\s+", 2);
      String rest = words.length == 2 ? words[1] : "";
      switch (words[0].toLowerCase(Locale.ROOT)) {
        case "@relation" -> {
          // its name says nothing
        }
        case "@attribute" -> columns.add(attribute(rest));
        case "@data" -> {
          if (columns.isEmpty()) {
            throw refused("expected attributes before @data, found none");
          }
          return;
        }
        default ->
            throw refused("expected @relation, @attribute or @data, found \"" + shown(text) + "\"");
      }
      if (columns.size() > COLUMNS_MAX) {
        throw refused("expected at most " + COLUMNS_MAX + " attributes, found more");
      }
    }
    throw refused("expected @data, found the end");
  }

  private Column attribute(String text) {
    ArffCells cells = new ArffCells(text);
    String name = cells.word();
    String type = cells.rest();
    int number = columns.size() + 1;
    if (type.startsWith("{")) {
      if (!type.endsWith("}")) {
        throw refused("expected } at the end of the values of " + name + ", found none");
      }
      List<String> values = new ArffCells(type.substring(1, type.length() - 1)).all();
      return new Column(name, number, values);
    }
    if (!type.toLowerCase(Locale.ROOT).matches("(numeric|real|integer)\\b.*")) {
      throw refused(
          "expected a numeric attribute or {values}, found \"%s\" for %s"
              .formatted(shown(type), name));
    }
    return new Column(name, number, List.of());
  }

  /** The next line that says something, without blanks around it; empty at the end. */
  private String nextLine() throws IOException {
    for (String text = reader.readLine(); text != null; text = reader.readLine()) {
      line++;
      if (!text.isBlank() && !text.stripLeading().startsWith("%")) {
        return text.strip();
      }
    }
    return "";
  }

  @Override
  public List<Column> columns() {
    return List.copyOf(columns);
  }

  @Override
  public boolean lastIsClass() {
    Column last = columns.get(columns.size() - 1);
    return !last.values().isEmpty() || last.name().equalsIgnoreCase("class");
  }

  @Override
  public void rows(Consumer<Row> each) throws IOException {
    for (String text = nextLine(); !text.isEmpty(); text = nextLine()) {
      if (text.startsWith("{")) {
        throw refused("expected a value for every attribute, found a sparse row");
      }
      List<String> cells = new ArffCells(text).all();
      if (cells.size() != columns.size()) {
        throw refused("expected %d cells, found %d".formatted(columns.size(), cells.size()));
      }
      each.accept(new Row(line, cells));
    }
  }

  private FileRefusedException refused(String what) {
    return new FileRefusedException(what + " in line " + line + " of " + file);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
