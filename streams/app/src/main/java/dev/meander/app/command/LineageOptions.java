package dev.meander.app.command;

import dev.meander.app.ProgramFile;
import dev.meander.app.demo.DemoProgress;
import dev.meander.core.weights.LineageId;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of a command that recomputes versions of one lineage. */
final class LineageOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "Configuration file of the learner application, key=value lines.")
  @SuppressWarnings("NullAway.Init") // required
  private Path config;

  @Option(
      names = "--lineage",
      paramLabel = "MODEL:SCOPE",
      required = true,
      description = "Lineage whose versions are recomputed.")
  @SuppressWarnings("NullAway.Init") // required
  private String lineage;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** The file that {@code --config} names. */
  Path file() {
    return config;
  }

  /**
   * The learner application's configuration.
   *
   * @throws dev.meander.core.config.ConfigurationException with all problems
   */
  AdaptationConfig adaptation() {
    return ProgramFile.adaptation(config);
  }

  /**
   * The lineage.
   *
   * @throws ParameterException when it is none of the configured model's
   */
  LineageId lineage(AdaptationConfig adaptation) {
    LineageId id;
    try {
      id = LineageId.parse(lineage);
    } catch (IllegalArgumentException e) {
      throw wrong("--lineage: " + e.getMessage());
    }
    if (!id.model().equals(adaptation.model().name())) {
      throw wrong(
          "--lineage: expected a lineage of model "
              + adaptation.model().name()
              + ", as "
              + config
              + " says, found "
              + id);
    }
    return id;
  }

  /** A bar on a terminal, plain lines elsewhere; on standard error. */
  DemoProgress progress() {
    return System.console() == null
        ? new PlainProgress(spec.commandLine().getErr())
        : new BarProgress();
  }

  /** So many samples as steps of a stage. */
  static int steps(long samples) {
    return (int) Math.min(samples, Integer.MAX_VALUE);
  }

  /** Wrong use of an option. */
  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
