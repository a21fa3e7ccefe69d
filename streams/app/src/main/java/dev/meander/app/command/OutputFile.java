package dev.meander.app.command;

import dev.meander.core.files.FileRefusedException;
import dev.meander.core.files.OutputFolder;
import dev.meander.core.files.WholeFile;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A file or folder that a command writes after minutes of work, so it is looked at before. */
final class OutputFile {

  private OutputFile() {}

  /**
   * Refuses a file that cannot be created or replaced.
   *
   * @param option name of the option, for the message
   * @throws ParameterException when its folder is missing, or it is no regular file itself
   */
  static void check(CommandSpec spec, String option, Path file) {
    refusing(spec, option, () -> WholeFile.check(file));
  }

  /**
   * Makes a folder that is not there.
   *
   * @param option name of the option, for the message
   * @throws ParameterException when it cannot be made or not be written to
   */
  static void folder(CommandSpec spec, String option, Path folder) {
    refusing(spec, option, () -> OutputFolder.create(folder));
  }

  private static void refusing(CommandSpec spec, String option, Runnable check) {
    try {
      check.run();
    } catch (FileRefusedException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }
}
