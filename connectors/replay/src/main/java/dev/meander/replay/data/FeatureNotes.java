package dev.meander.replay.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is odd about the numbers of training rows, though they can be read. */
final class FeatureNotes {

  private static final int NOTES_MAX = 5;
  private static final int SORTED_MAX = 10_000;
  private static final double FAR = 1e6;
  private static final double CLOSE = 1e-5;

  private FeatureNotes() {}

  /**
   * Looks at every column.
   *
   * @param rows finite
   * @param names of the columns
   */
  static List<String> of(List<float[]> rows, List<String> names) {
    List<String> notes = new ArrayList<>();
    for (int column = 0; column < names.size() && rows.size() > 1; column++) {
      add(rows, column, names.get(column), notes);
    }
    if (notes.size() <= NOTES_MAX) {
      return notes;
    }
    List<String> few = new ArrayList<>(notes.subList(0, NOTES_MAX));
    few.add((notes.size() - NOTES_MAX) + " more columns are like these");
    return few;
  }

  private static void add(List<float[]> rows, int column, String name, List<String> notes) {
    float low = rows.get(0)[column];
    float high = low;
    for (float[] row : rows) {
      low = Math.min(low, row[column]);
      high = Math.max(high, row[column]);
    }
    double largest = Math.max(Math.abs((double) low), Math.abs((double) high));
    if (low == high) {
      notes.add("column " + name + " is " + low + " in every training row; it tells nothing");
    } else if ((double) high - low < CLOSE * largest) {
      notes.add(
          "numbers of column %s differ by less than 1e-5 of their size, and a float keeps seven digits"
              .formatted(name));
    } else if (largest > FAR * usual(rows, column)) {
      notes.add(
          String.format(
              Locale.ROOT,
              "column %s has a number of the size %.2e, more than a million times the usual one; it"
                  + " spoils mean and variance",
              name,
              largest));
    }
  }

  /** The size that nine of ten of the first numbers do not exceed; infinite when it is 0. */
  private static double usual(List<float[]> rows, int column) {
    float[] sizes = new float[Math.min(SORTED_MAX, rows.size())];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(rows.get(i)[column]);
    }
    Arrays.sort(sizes);
    float usual = sizes[(int) (0.9 * (sizes.length - 1))];
    return usual == 0 ? Double.POSITIVE_INFINITY : usual;
  }
}
