package dev.meander.app.command;

import dev.meander.replay.data.MissingValues;
import dev.meander.replay.data.TableOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a table of rows is read: options that {@code train} and {@code evaluate} share. */
final class TableChoice {

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "Column of a table that holds the classes; label when not given.")
  private @Nullable String label;

  @Option(
      names = "--missing",
      paramLabel = "WHAT",
      description =
          "What takes the place of a missing number (nothing, ?, NA, nan): zero, or the mean or the"
              + " median of its column over the training rows; refuse when not given.")
  private @Nullable MissingValues missing;

  /** True when one of them is given. */
  boolean isGiven() {
    return label != null || missing != null;
  }

  /**
   * The options of a table.
   *
   * @param trainingRows its first rows that are training rows
   * @param classes names of the model's classes; null where the table says them
   */
  TableOptions options(int trainingRows, @Nullable List<String> classes) {
    MissingValues what = missing == null ? MissingValues.REFUSE : missing;
    return new TableOptions(label, classes, what, trainingRows, null);
  }
}
