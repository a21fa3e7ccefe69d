package dev.meander.app;

import dev.meander.core.config.ConfigurationException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Reads a configuration file: {@code key=value} lines, {@code #} comments, UTF-8. */
public final class PropertiesFile {

  private PropertiesFile() {}

  /**
   * Reads {@code file}.
   *
   * @throws ConfigurationException when it cannot be read, or a value names a character that does
   *     not exist
   */
  public static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          file.toString(), List.of("expected a key=value file, found no file of this name"));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          file.toString(), List.of("expected a readable key=value file, found " + e));
    }
    Map<String, String> values = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }
}
