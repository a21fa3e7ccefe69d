package dev.meander.core.method;

import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a method finds samples of the data its model was trained on.
 *
 * @param file path of a {@link SourceFile}, or {@code none}
 * @param limit samples that are read at most
 */
public record SourceConfig(String file, int limit) {

  private static final String NO_FILE = "none";

  /** No source samples. */
  public static final SourceConfig NONE = new SourceConfig(NO_FILE, 2000);

  public static final Option<String> FILE =
      Option.text(
          "method.source",
          NO_FILE,
          "File of labelled source samples, one byte label and one byte per input value each; none.");
  public static final Option<Integer> LIMIT =
      Option.count("method.source.limit", 2000, 1, 1_000_000, "Source samples read at most.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS = List.of(FILE, LIMIT);

  /** Reads the keys. */
  public static SourceConfig from(Settings settings) {
    return new SourceConfig(settings.get(FILE), settings.get(LIMIT));
  }

  /**
   * The samples.
   *
   * @param batchSize samples of one batch
   * @throws IllegalArgumentException saying what is wrong with the file
   */
  public SourceBatches read(ModelSpec spec, int batchSize) {
    return file.equals(NO_FILE)
        ? SourceBatches.NONE
        : SourceFile.read(Path.of(file), spec, limit, batchSize);
  }
}
