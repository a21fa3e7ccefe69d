package dev.meander.replay.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What takes the place of a feature that a table does not have. */
public enum MissingValues {
  /** Nothing: the table is refused. */
  REFUSE,
  /** 0. */
  ZERO,
  /** The mean of its column over the training rows. */
  MEAN,
  /** The median of its column over the training rows, the lower of two. */
  MEDIAN;

  /** For people and options, such as {@code mean}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True when it is taken from training rows. */
  public boolean needsRows() {
    return this == MEAN || this == MEDIAN;
  }

  /**
   * What to put in, a value for each column.
   *
   * @param rows NaN where a value is missing
   * @param count training rows, the first ones
   * @param features columns
   * @return NaN for a column that has no value in the training rows
   */
  float[] fills(List<float[]> rows, int count, int features) {
    float[] fills = new float[features];
    for (int column = 0; needsRows() && column < features; column++) {
      float[] present = new float[count];
      int found = 0;
      double sum = 0;
      for (float[] row : rows.subList(0, count)) {
        if (!Float.isNaN(row[column])) {
          present[found++] = row[column];
          sum += row[column];
        }
      }
      Arrays.sort(present, 0, found);
      fills[column] =
          found == 0 ? Float.NaN : this == MEAN ? (float) (sum / found) : present[(found - 1) / 2];
    }
    return fills;
  }
}
