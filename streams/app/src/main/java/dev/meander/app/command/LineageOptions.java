package dev.meander.app.command;

import dev.meander.app.ProgramFile;
import dev.meander.app.demo.DemoProgress;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.LineageIndex;
import dev.meander.app.versions.VersionRefusedException;
import dev.meander.core.weights.LineageId;
import dev.meander.replay.recorded.RecordedVersion;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
      description =
          "Lineage whose versions are recomputed; scope global of the configured model by default.")
  private @Nullable String lineage;

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
    if (lineage == null) {
      return configured(adaptation);
    }
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

  private static LineageId configured(AdaptationConfig adaptation) {
    return new LineageId(adaptation.model().name(), LineageId.GLOBAL);
  }

  /**
   * Ends the command when no version of {@code id} is on the log, unless it is the configured
   * lineage, which exists before its first version.
   *
   * @throws VersionRefusedException with the nearest of the lineages that are there
   */
  static void checkKnown(LineageId id, List<RecordedVersion> versions, AdaptationConfig config) {
    if (!versions.isEmpty() || id.equals(configured(config))) {
      return;
    }
    Cluster cluster =
        new Cluster(
            config.bootstrapServers(),
            config.kafka(),
            config.registry(),
            config.topics(),
            config.publish().objectsFolder());
    LineageIndex index = LineageIndex.read(cluster, () -> {});
    if (!index.aliases().containsKey(id.toString())) {
      throw new VersionRefusedException(index.unknown(id.toString()));
    }
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
