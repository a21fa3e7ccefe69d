package dev.meander.app.command;

import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.StoredVersion;
import dev.meander.app.versions.VersionLog;
import dev.meander.core.weights.LineageId;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of a command about the versions of one lineage on a cluster. */
final class LineageAccess {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--lineage",
      paramLabel = "MODEL:SCOPE",
      required = true,
      description = "The lineage.")
  @SuppressWarnings("NullAway.Init") // required
  private String lineage;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("unused") // picocli looks at it
  private boolean help;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  boolean json() {
    return json;
  }

  Output output() {
    return new Output(spec);
  }

  /** Where the lineage lies. */
  Cluster cluster() {
    return connection.read().cluster();
  }

  /**
   * The lineage.
   *
   * @throws ParameterException when it is none
   */
  LineageId lineage() {
    try {
      return LineageId.parse(lineage);
    } catch (IllegalArgumentException e) {
      throw wrong("--lineage: " + e.getMessage());
    }
  }

  /** Opens the lineage's log; the caller closes it. */
  VersionLog open() {
    LineageId id = lineage();
    return new VersionLog(cluster(), id, () -> {});
  }

  /**
   * The version {@code number} of {@code versions}.
   *
   * @param option that named it, for the message
   * @throws ParameterException when it is not there
   */
  StoredVersion version(String option, List<StoredVersion> versions, long number) {
    return versions.stream()
        .filter(version -> version.number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    option
                        + ": "
                        + (number == 0
                            ? "expected a version >= 1, found 0, the base model, which is no"
                                  + " adapter"
                            : missing(versions, number))));
  }

  private String missing(List<StoredVersion> versions, long number) {
    String there =
        versions.isEmpty()
            ? "there is none"
            : "there are "
                + versions.size()
                + ", "
                + versions.get(0).number()
                + " to "
                + versions.get(versions.size() - 1).number();
    return "expected a version of " + lineage + " on the log, found " + number + "; " + there;
  }

  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
