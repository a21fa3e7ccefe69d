package dev.meander.core.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files and folders for a while, in the folder that the system has for them. What makes them says
 * in words when that folder is missing or nothing may be written to it.
 */
public final class TemporaryPlace {

  private TemporaryPlace() {}

  /** Makes a file or a folder with a name that is free. */
  @FunctionalInterface
  private interface Making {
    Path make() throws IOException;
  }

  /**
   * A new folder.
   *
   * @param prefix start of its name
   * @throws FileRefusedException when none can be made
   */
  public static Path folder(String prefix) {
    return made(() -> Files.createTempDirectory(prefix));
  }

  /**
   * A new empty file.
   *
   * @param prefix start of its name
   * @param suffix end of its name
   * @throws FileRefusedException when none can be made
   */
  public static Path file(String prefix, String suffix) {
    return made(() -> Files.createTempFile(prefix, suffix));
  }

  private static Path made(Making making) {
    try {
      return making.make();
    } catch (IOException e) {
      Path place = Path.of(System.getProperty("java.io.tmpdir", ""));
      throw FileRefusedException.ofPlace(
          "expected a folder for temporary files that this user may write to, found "
              + place
              + (Files.isDirectory(place) ? ", which refuses them" : ", which is not there")
              + ": make it, or name another with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER",
          e);
    }
  }
}
