package dev.meander.replay.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A table of text cells with named columns, read row by row: CSV, or ARFF. Every row has a cell for
 * each column.
 *
 * <p>Thread-safety: none.
 */
public abstract class Table implements Closeable {

  private static final String ARFF = ".arff";
  private static final String PACKED = ".gz";

  /** A row: its first line, counted from 1, and its cells without blanks around them. */
  public record Row(long line, List<String> cells) {

    public Row {
      cells = List.copyOf(cells);
    }
  }

  /** What is done with an open table. */
  @FunctionalInterface
  public interface Use<T> {
    T of(Table table) throws IOException;
  }

  /** True for the names of tables: {@code .csv}, {@code .tsv}, {@code .arff}, packed or not. */
  public static boolean isName(String name) {
    return name.toLowerCase(Locale.ROOT).matches(".*\\.(csv|tsv|tab|txt|arff)(\\.gz)?");
  }

  /**
   * Opens a file, uses and closes it.
   *
   * @throws FileRefusedException when it cannot be read
   */
  public static <T> T with(Path file, Use<T> use) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    boolean arff = name.endsWith(ARFF) || name.endsWith(ARFF + PACKED);
    try (Table table = arff ? ArffTable.open(file) : CsvTable.open(file)) {
      return use.of(table);
    } catch (CharacterCodingException e) {
      throw TextFile.notText(file, e);
    } catch (IOException e) {
      throw new FileRefusedException("expected to read " + file + ", found " + e, e);
    }
  }

  /** The columns in their order, at least one. */
  public abstract List<Column> columns();

  /** True when the last column is the class by the rules of the format. */
  public abstract boolean lastIsClass();

  /** Hands every row to {@code each}. */
  public abstract void rows(Consumer<Row> each) throws IOException;

  /** A cell or a line for a message: short, without control characters. */
  public static String shown(String text) {
    String plain = text.replaceAll("\\R", "\\\\n").replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 100 ? plain.substring(0, 100) + "..." : plain;
  }
}
