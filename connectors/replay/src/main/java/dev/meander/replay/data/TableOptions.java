package dev.meander.replay.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a table is read.
 *
 * @param label name of the column of classes; null for the one named label, or the class of ARFF
 * @param classes names of the classes, which cells of that column must be; null when the table says
 *     them
 * @param missing what takes the place of features that are missing
 * @param trainingRows how many of the first rows are training rows; 0 for none, more than there are
 *     for all
 * @param fills what is put in, taken from other training rows; null when from this table's
 */
public record TableOptions(
    @Nullable String label,
    @Nullable List<String> classes,
    MissingValues missing,
    int trainingRows,
    float @Nullable [] fills) {

  /** A column label, classes as the table has them, nothing missing, all rows for training. */
  public static final TableOptions USUAL =
      new TableOptions(null, null, MissingValues.REFUSE, Integer.MAX_VALUE, null);

  /** Another table read as this one was. */
  public TableOptions like(CsvDataSet trainedOn) {
    List<String> names = trainedOn.classNames();
    boolean numbered = names.equals(ClassNames.numbered(names.size()));
    return new TableOptions(
        label, classes == null && !numbered ? names : classes, missing, 0, trainedOn.fills());
  }
}
