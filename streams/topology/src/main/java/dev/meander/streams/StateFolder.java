package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * The folder of {@code state.dir}: what is wrong with it is said with its key and its path before
 * anything is started.
 *
 * <p>Thread-safety: stateless.
 */
final class StateFolder {

  /** Kafka Streams has no exception of its own for it. */
  private static final String IN_USE = "multiple instances of Kafka Streams";

  private StateFolder() {}

  /**
   * Makes the folder where it is missing.
   *
   * @throws ConfigurationException when it is no folder, cannot be made, or cannot be written
   */
  static void check(Path folder) {
    Path found = folder.toAbsolutePath();
    try {
      Files.createDirectories(found);
      // the rights of a folder do not say whether its disk is full or mounted for reading
      Files.delete(Files.createTempFile(found, "meander", ".check"));
    } catch (FileAlreadyExistsException e) {
      throw refused(found, "something that is no folder: " + e.getMessage());
    } catch (IOException e) {
      throw refused(found, "that it cannot be: " + e);
    }
  }

  /**
   * Opens what works in {@code folder}.
   *
   * @param application id of the application, whose part of the folder it is
   * @throws ConfigurationException when another process of this application works there
   */
  static KafkaStreams open(Path folder, String application, Supplier<KafkaStreams> open) {
    try {
      return open.get();
    } catch (StreamsException e) {
      if (!String.valueOf(e.getMessage()).contains(IN_USE)) {
        throw e;
      }
      throw new ConfigurationException(
          "the configuration",
          List.of(
              "state.dir: expected a folder that no other process of application "
                  + application
                  + " uses, found "
                  + folder.toAbsolutePath()
                  + " in use: give each process a state.dir of its own"));
    }
  }

  private static ConfigurationException refused(Path folder, String found) {
    return new ConfigurationException(
        "the configuration",
        List.of(
            "state.dir: expected a folder that can be made and written, "
                + folder
                + ", found "
                + found));
  }
}
