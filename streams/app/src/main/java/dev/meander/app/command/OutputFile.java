package dev.meander.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A file that a command writes after minutes of work, so it is looked at before. */
final class OutputFile {

  private OutputFile() {}

  /**
   * Refuses a file that cannot be created or replaced.
   *
   * @param option name of the option, for the message
   * @throws ParameterException when its folder is missing, or it is a folder itself
   */
  static void check(CommandSpec spec, String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new ParameterException(
          spec.commandLine(), option + ": expected a file in an existing folder, found " + file);
    }
  }
}
