package dev.meander.replay.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The files of a folder without those that systems, editors and notebooks leave there. */
public final class DataFolder {

  private static final List<String> LITTER = List.of("thumbs.db", "desktop.ini");

  private DataFolder() {}

  /**
   * Plain files of a folder in alphabetical order; hidden ones, copies of editors and downloads
   * that are not done are passed over.
   *
   * @throws FileRefusedException when it cannot be read
   */
  public static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !isLitter(String.valueOf(file.getFileName())))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new FileRefusedException("expected to read the folder " + folder + ", found " + e, e);
    }
  }

  /** True for names such as {@code ._x.npy}, {@code Thumbs.db} and {@code x.npy~}. */
  public static boolean isLitter(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return name.startsWith(".")
        || name.startsWith("#")
        || lower.endsWith("~")
        || lower.matches(".*\\.(bak|orig|swp|tmp|part|crdownload)")
        || LITTER.contains(lower);
  }
}
