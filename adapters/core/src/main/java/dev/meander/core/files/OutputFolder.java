package dev.meander.core.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that files of a report go to. */
public final class OutputFolder {

  private OutputFolder() {}

  /**
   * Makes {@code folder}, and those it is in, where they are not there.
   *
   * @throws FileRefusedException when it cannot be made or nothing may be written to it
   */
  public static void create(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
    } catch (FileAlreadyExistsException e) {
      throw FileRefusedException.ofPlace(
          "expected a folder or a name for one, found " + folder + ", which is none", e);
    } catch (IOException e) {
      throw FileRefusedException.ofPlace(WriteFailure.ofFolder(e, folder), e);
    }
    if (!Files.isWritable(folder)) {
      String message = "expected a folder that this user may write to, found " + folder;
      throw FileRefusedException.ofPlace(message, new IOException(message));
    }
  }
}
