package dev.meander.app;

import dev.meander.core.config.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads a configuration file: {@code key=value} lines, {@code #} comments, UTF-8, or UTF-16 where
 * its first bytes say so.
 */
public final class PropertiesFile {

  /** Far more than every key there is; what is larger is something else. */
  static final int BYTES_MAX = 1 << 20;

  private PropertiesFile() {}

  /**
   * Reads {@code file}.
   *
   * @throws ConfigurationException when it cannot be read, with all problems of its lines
   */
  public static Map<String, String> read(Path file) {
    byte[] bytes;
    if (Files.isDirectory(file)) {
      throw refused(file, "expected a key=value file, found a folder");
    }
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      throw refused(file, "expected a key=value file, found no file of this name");
    } catch (AccessDeniedException e) {
      throw refused(file, "expected a key=value file, found one that this user may not read");
    } catch (IOException e) {
      String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
      throw refused(file, "expected a readable key=value file, found: " + reason);
    }
    if (bytes.length > BYTES_MAX) {
      throw refused(file, "expected a key=value file of at most 1 MB, found a larger one");
    }
    try {
      PropertyLines lines = PropertyLines.of(PropertyText.decode(bytes));
      if (!lines.problems().isEmpty()) {
        throw new ConfigurationException(file.toString(), lines.problems());
      }
      return lines.values();
    } catch (CharacterCodingException e) {
      throw refused(file, String.valueOf(e.getMessage()));
    }
  }

  private static ConfigurationException refused(Path file, String problem) {
    return new ConfigurationException(file.toString(), List.of(problem));
  }
}
