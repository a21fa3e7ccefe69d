package dev.meander.app.command;

import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.LineageIndex;
import dev.meander.app.versions.PassedOver;
import dev.meander.app.versions.StoredVersion;
import dev.meander.app.versions.VersionLog;
import dev.meander.app.versions.VersionRefusedException;
import dev.meander.core.weights.LineageId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
      description = "The lineage; scope global of model.name in --config by default.")
  private @Nullable String lineage;

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
   * The lineage: the one that was named, else the configured one.
   *
   * @throws ParameterException when it is none, or none was named or configured
   */
  LineageId lineage() {
    try {
      if (lineage != null) {
        return LineageId.parse(lineage);
      }
      LineageId configured = configured();
      if (configured != null) {
        return configured;
      }
    } catch (IllegalArgumentException e) {
      throw wrong("--lineage: " + e.getMessage());
    }
    throw wrong("expected --lineage, or --config with model.name, found neither");
  }

  private @Nullable LineageId configured() {
    String model = connection.read().file().get("model.name");
    return model == null ? null : new LineageId(model, LineageId.GLOBAL);
  }

  /**
   * Ends the command when nothing lies on the log of the lineage, unless it is the configured one,
   * which exists before its first version.
   *
   * @throws VersionRefusedException with the nearest of the lineages that are there
   */
  void checkConfigured() {
    LineageId id = lineage();
    if (!id.equals(configured())) {
      check(id, LineageIndex.read(cluster(), () -> {}));
    }
  }

  private static void check(LineageId id, LineageIndex index) {
    if (!index.aliases().containsKey(id.toString())) {
      throw new VersionRefusedException(index.unknown(id.toString()));
    }
  }

  /**
   * Ends the command before anything is ordered of a model that no lineage has: whoever answers
   * orders may be another model's application, or nobody. A scope that is new is left to the
   * application, whose learner may wait for its first batch.
   *
   * @throws VersionRefusedException with the nearest of the lineages that are there
   */
  void checkModel() {
    LineageId id = lineage();
    LineageId configured = configured();
    if (configured != null && configured.model().equals(id.model())) {
      return;
    }
    try (VersionLog log = open()) {
      if (log.alias() != null) {
        return;
      }
    }
    LineageIndex index = LineageIndex.read(cluster(), () -> {});
    String model = id.model() + ":";
    boolean any = index.aliases().isEmpty(); // where nothing was published, nothing is mistyped
    if (!any && index.aliases().keySet().stream().noneMatch(known -> known.startsWith(model))) {
      throw new VersionRefusedException(index.unknown(id.toString()));
    }
  }

  /**
   * From when on a listing begins.
   *
   * @param text null for all
   * @throws ParameterException when it is neither a time nor a duration
   */
  Instant since(@Nullable String text, Clock clock) {
    try {
      return text == null ? Instant.MIN : Since.read(text, clock);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Opens the lineage's log; the caller closes it. */
  VersionLog open() {
    LineageId id = lineage();
    return new VersionLog(cluster(), id, () -> {});
  }

  /** Says, beside the answer, which records on the log were passed over. */
  void say(PassedOver passedOver) {
    passedOver
        .line()
        .ifPresent(
            line -> {
              spec.commandLine().getErr().println(Shown.listing(line));
              spec.commandLine().getErr().flush();
            });
  }

  /**
   * The version {@code number} of {@code versions}.
   *
   * @param option that named it, for the message
   * @throws ParameterException when it is not there
   * @throws VersionRefusedException when there is no such lineage
   */
  StoredVersion version(String option, List<StoredVersion> versions, long number) {
    if (versions.isEmpty()) {
      LineageIndex index = LineageIndex.read(cluster(), () -> {});
      if (!index.aliases().isEmpty() && !lineage().equals(configured())) {
        check(lineage(), index);
      }
    }
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
    return "expected a version of " + lineage() + " on the log, found " + number + "; " + there;
  }

  ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
