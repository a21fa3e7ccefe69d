package dev.meander.app.demo;

import dev.meander.core.files.TemporaryPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that is removed when it is closed, unless it is to be kept.
 *
 * @param path where it is
 * @param keep whether it stays
 */
public record TemporaryFolder(Path path, boolean keep) implements AutoCloseable {

  /** A new folder; with {@code keep} it stays. */
  public static TemporaryFolder create(boolean keep) {
    return new TemporaryFolder(TemporaryPlace.folder("meander-demo"), keep);
  }

  @Override
  public void close() throws IOException {
    if (keep || !Files.exists(path)) {
      return;
    }
    List<Path> found;
    try (Stream<Path> tree = Files.walk(path)) {
      found = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : found) {
      Files.deleteIfExists(file);
    }
  }
}
