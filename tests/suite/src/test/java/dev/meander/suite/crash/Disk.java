package dev.meander.suite.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/** What can become of the files of a dead process. */
final class Disk {

  private static final String OBJECT = "sha256-";

  private Disk() {}

  /** Removes {@code folder} and all in it. */
  static void lose(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * Makes of the newest object in {@code folder} what a writer leaves that dies in the middle of an
   * upload: half of it under another name.
   */
  static void tearNewestObject(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Path newest =
          files
              .filter(file -> file.getFileName().toString().startsWith(OBJECT))
              .max(Comparator.comparing(file -> file.toFile().lastModified()))
              .orElseThrow();
      byte[] half = Arrays.copyOf(Files.readAllBytes(newest), (int) Files.size(newest) / 2);
      Files.write(newest.resolveSibling("." + newest.getFileName() + ".0.part"), half);
      Files.delete(newest);
    }
  }
}
