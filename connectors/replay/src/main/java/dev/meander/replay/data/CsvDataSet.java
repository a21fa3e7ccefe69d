package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A stream of numbers in a CSV file: one header line, commas, no quotes, a row for each sample in
 * order of time, and in the last column, {@code label}, its class from 0 on. The column before it
 * may be {@code label_delay}: after how many more samples the class becomes known; empty for never.
 *
 * <p>Thread-safety: immutable.
 */
public final class CsvDataSet implements DataSet {

  /** Most values of a file, all rows together. */
  static final int VALUES_MAX = 100_000_000;

  /** Most classes. */
  static final int CLASSES_MAX = 10_000;

  /** Longest delay of a label, samples. */
  static final int DELAY_MAX = 1_000_000_000;

  private static final String LABEL = "label";
  private static final String DELAY = "label_delay";

  /** What a header says: number of columns, and whether one of them is a delay. */
  private record Columns(int count, boolean delays) {

    int features() {
      return count - (delays ? 2 : 1);
    }
  }

  private final String name;
  private final List<float[]> rows;
  private final int[] labels;
  private final int[] delays;
  private final int features;
  private final int classes;

  /**
   * @param delays one per row; empty when the file has none
   */
  private CsvDataSet(String name, List<float[]> rows, int[] labels, int[] delays, int features) {
    this.name = name;
    this.rows = rows;
    this.labels = labels;
    this.delays = delays;
    this.features = features;
    this.classes = Arrays.stream(labels).max().orElse(0) + 1;
  }

  /**
   * Reads a file.
   *
   * @throws DataSetRefusedException with the line that is wrong
   */
  public static CsvDataSet open(Path file) {
    List<float[]> rows = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<Integer> delays = new ArrayList<>();
    Columns columns;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String header = reader.readLine();
      columns = checkHeader(header == null ? "" : header, file);
      int number = 2;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if ((long) (rows.size() + 1) * columns.features() > VALUES_MAX) {
          throw new DataSetRefusedException(
              "expected at most %d values, found more from line %d on of %s"
                  .formatted(VALUES_MAX, number, file));
        }
        String[] cells = line.split(",", -1);
        if (cells.length != columns.count) {
          throw new DataSetRefusedException(
              "expected %d cells, found %d in line %d of %s"
                  .formatted(columns.count, cells.length, number, file));
        }
        rows.add(features(cells, columns.features(), number, file));
        if (columns.delays) {
          delays.add(delay(cells[columns.count - 2].strip(), number, file));
        }
        labels.add(label(cells[columns.count - 1], number, file));
        number++;
      }
    } catch (CharacterCodingException e) {
      throw new DataSetRefusedException("expected text, found other bytes in " + file, e);
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + file + ", found " + e, e);
    }
    if (rows.isEmpty()) {
      throw new DataSetRefusedException("expected rows after the header, found none in " + file);
    }
    String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    return new CsvDataSet(name, rows, ints(labels), ints(delays), columns.features());
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Columns checkHeader(String header, Path file) {
    String[] names = header.split(",", -1);
    String last = names[names.length - 1].strip().toLowerCase(Locale.ROOT);
    boolean delays =
        names.length > 2 && names[names.length - 2].strip().toLowerCase(Locale.ROOT).equals(DELAY);
    if (names.length < 2 || !last.equals(LABEL)) {
      throw new DataSetRefusedException(
          "expected a header whose last column is label, found \"%s\" in %s"
              .formatted(header.length() > 100 ? header.substring(0, 100) + "..." : header, file));
    }
    return new Columns(names.length, delays);
  }

  private static float[] features(String[] cells, int count, int line, Path file) {
    float[] features = new float[count];
    for (int i = 0; i < features.length; i++) {
      float value = Float.NaN;
      try {
        value = Float.parseFloat(cells[i]);
      } catch (NumberFormatException e) {
        // refused below
      }
      if (!Float.isFinite(value)) {
        throw new DataSetRefusedException(
            "expected a finite number, found \"%s\" in column %d of line %d of %s"
                .formatted(cells[i], i + 1, line, file));
      }
      features[i] = value;
    }
    return features;
  }

  private static int delay(String cell, int line, Path file) {
    if (cell.isEmpty()) {
      return NEVER;
    }
    int delay = -1;
    try {
      delay = Integer.parseInt(cell);
    } catch (NumberFormatException e) {
      // refused below
    }
    if (delay < 0 || delay > DELAY_MAX) {
      throw new DataSetRefusedException(
          "expected a label_delay of 0 to %d or none, found \"%s\" in line %d of %s"
              .formatted(DELAY_MAX, cell, line, file));
    }
    return delay;
  }

  private static int label(String cell, int line, Path file) {
    int label = -1;
    try {
      label = Integer.parseInt(cell.strip());
    } catch (NumberFormatException e) {
      // refused below
    }
    if (label < 0 || label >= CLASSES_MAX) {
      throw new DataSetRefusedException(
          "expected a label of 0 to %d, found \"%s\" in line %d of %s"
              .formatted(CLASSES_MAX - 1, cell, line, file));
    }
    return label;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Sha256 digest() {
    MessageDigest digest = Sha256.digest();
    for (int i = 0; i < labels.length; i++) {
      Sha256.update(digest, rows.get(i));
      Sha256.update(digest, new float[] {labels[i]});
      if (delays.length > 0) {
        Sha256.update(digest, new float[] {delays[i]});
      }
    }
    return Sha256.of(digest);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public float[] image(int index) {
    return rows.get(index).clone();
  }

  @Override
  public int label(int index) {
    return labels[Objects.checkIndex(index, labels.length)];
  }

  @Override
  public int labelDelay(int index) {
    return delays.length == 0 ? UNSTATED : delays[index];
  }

  @Override
  public List<String> classNames() {
    return ClassNames.numbered(classes);
  }

  @Override
  public int[] inputShape() {
    return new int[] {features};
  }
}
