package dev.meander.replay.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.files.OutputFolder;
import dev.meander.core.files.WholeFile;
import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finished runs in a folder, one file each, named by their key. A file appears whole or not at all,
 * so an evaluation that was stopped goes on where it was.
 *
 * <p>Thread-safety: safe.
 */
final class RunFiles {

  private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * @param folder created when it is not there
   */
  RunFiles(Path folder) {
    this.folder = folder;
    OutputFolder.create(folder);
  }

  private Path file(Sha256 key) {
    return folder.resolve(key.hex().substring(0, 32) + ".json");
  }

  /** The finished run of a key; a file that is not one is told of and made again. */
  Optional<RunResult> find(Sha256 key) {
    Path file = file(key);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      RunResult result = JSON.readValue(file.toFile(), RunResult.class);
      if (result.key().equals(key.hex())) {
        return Optional.of(result);
      }
      LOG.warn("{} is not the run its name says; it is made again", file);
    } catch (JsonProcessingException e) {
      LOG.warn("{} is damaged and made again: {}", file, e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return Optional.empty();
  }

  /** Keeps a finished run. */
  void keep(Sha256 key, RunResult result) {
    Path file = file(key);
    try {
      WholeFile.write(file, JSON.writeValueAsBytes(result));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
