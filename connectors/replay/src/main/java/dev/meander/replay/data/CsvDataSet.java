package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;

/**
 * A stream of numbers in a table, CSV or ARFF: a row for each sample in order of time, and in the
 * column {@code label} its class. A column {@code label_delay} may say after how many more samples
 * the class becomes known; empty for never.
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

  /** Largest size of a number: its square, and so a variance, is a float. */
  static final double VALUE_MAX = 1e19;

  private final String name;
  private final List<float[]> rows;
  private final int[] labels;
  private final int[] delays;
  private final int features;
  private final List<String> classNames;
  private final float[] fills;
  private final List<String> notes;

  /**
   * @param delays one per row; empty when the file has none
   */
  CsvDataSet(
      String name,
      List<float[]> rows,
      ClassLabels.Found classes,
      int[] delays,
      float[] fills,
      List<String> notes) {
    this.name = name;
    this.rows = rows;
    this.labels = classes.labels();
    this.classNames = List.copyOf(classes.classNames());
    this.delays = delays;
    this.features = fills.length;
    this.fills = fills;
    this.notes = List.copyOf(notes);
  }

  /**
   * Reads a file.
   *
   * @throws DataSetRefusedException with the line that is wrong
   */
  public static CsvDataSet open(Path file) {
    return open(file, TableOptions.USUAL);
  }

  /**
   * Reads a file.
   *
   * @throws DataSetRefusedException with the line that is wrong
   */
  public static CsvDataSet open(Path file, TableOptions options) {
    return TableRows.read(file, options);
  }

  /** What was put in for missing values, one per feature. */
  float[] fills() {
    return fills.clone();
  }

  @Override
  public List<String> notes() {
    return notes;
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
    return classNames;
  }

  @Override
  public int[] inputShape() {
    return new int[] {features};
  }
}
