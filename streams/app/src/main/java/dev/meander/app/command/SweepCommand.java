package dev.meander.app.command;

import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.ObjectReferences;
import dev.meander.app.versions.PassedOver;
import dev.meander.app.versions.VersionRefusedException;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.objects.ObjectStore;
import dev.meander.core.objects.ObjectSweep;
import dev.meander.core.objects.ObjectSweep.Fate;
import dev.meander.core.objects.ObjectSweep.Swept;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander sweep}: removes objects that no version refers to any more. */
@Command(
    name = "sweep",
    description = {
      "Finds objects in objects.dir that no version on the log names: of retired versions and of",
      "transactions that were aborted. With --delete it removes them; repeating it is harmless.",
      "The folder must belong to this cluster and prefix alone.",
      "Exit codes: 0 done, 1 a schema of a version is unknown or an object stays, 2 wrong use,"
          + " 3 unreachable."
    },
    mixinStandardHelpOptions = true)
public final class SweepCommand implements Callable<Integer> {

  /** Longer than any transaction may take: 15 min unless brokers say otherwise. */
  private static final dev.meander.core.config.Option<Duration> MIN_AGE =
      dev.meander.core.config.Option.duration(
          "--min-age", "1h", Duration.ofMinutes(15), Duration.ofDays(365), "");

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--min-age",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = {
        "Younger objects stay, because their version may be on its way, 15m or more and more than",
        "transaction.max.timeout.ms of the brokers; ${DEFAULT-VALUE} by default."
      })
  private String minAge = "1h";

  @Option(names = "--delete", description = "Removes; without it the objects are only counted.")
  private boolean delete;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private final Clock clock;

  /** As the program runs it. */
  public SweepCommand() {
    this(Clock.systemUTC());
  }

  SweepCommand(Clock clock) {
    this.clock = clock;
  }

  /** What was found; printed as JSON. */
  record Report(
      int versions,
      int referred,
      int young,
      int unreferred,
      long unreferredBytes,
      boolean deleted,
      int unfinished,
      int stuck,
      List<String> failures) {}

  @Override
  public Integer call() {
    Duration age = age();
    Cluster cluster = connection.read().cluster();
    ObjectStore objects =
        FolderObjectStore.of(cluster.objectsFolder())
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "the options",
                        List.of("expected --config with objects.dir, found no folder")));
    // taken before the log is read: what is put meanwhile is young
    Instant before = clock.instant().minus(age);
    ObjectReferences references = ObjectReferences.read(cluster, () -> {});
    say(references.passedOver());
    say(references.unknown());
    if (delete && references.unknown().count() > 0) {
      throw new VersionRefusedException(
          "expected every version to be readable before objects are deleted, found "
              + references.unknown().count()
              + " with a schema that the registry does not know; nothing was deleted. If they are"
              + " no versions, write a tombstone for their keys");
    }
    if (references.versions() == 0) {
      throw new ConfigurationException(
          "the options",
          List.of(
              "expected versions on "
                  + cluster.topics().adapters()
                  + ", found none; look at topics.prefix and the address of the cluster"));
    }
    Report report = report(references, objects, before);
    print(report);
    return (report.stuck() == 0 ? ExitCode.DONE : ExitCode.CHECK_FAILED).code();
  }

  private void say(PassedOver passedOver) {
    passedOver.line().ifPresent(line -> spec.commandLine().getErr().println(Shown.listing(line)));
    spec.commandLine().getErr().flush();
  }

  private Duration age() {
    try {
      return MIN_AGE.parser().apply(minAge);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--min-age: " + e.getMessage(), e);
    }
  }

  private Report report(ObjectReferences references, ObjectStore objects, Instant before) {
    ObjectSweep sweep = new ObjectSweep(references.objects(), before);
    try {
      Swept swept = delete ? sweep.run(objects) : sweep.plan(objects);
      return new Report(
          references.versions(),
          swept.count(Fate.REFERRED),
          swept.count(Fate.YOUNG),
          swept.count(Fate.UNREFERRED),
          swept.bytes(),
          delete,
          swept.unfinished(),
          swept.count(Fate.STUCK),
          swept.failures());
    } catch (IOException e) {
      throw new ConfigurationException(
          "the options", List.of("expected a readable folder in objects.dir, found " + e));
    }
  }

  private void print(Report report) {
    Output output = new Output(spec);
    if (json) {
      output.json(report);
      return;
    }
    output.line(
        "%d versions name %d objects; %d more are younger than %s"
            .formatted(report.versions(), report.referred(), report.young(), minAge));
    output.line(
        "%d objects of %d bytes are named by none%s"
            .formatted(
                report.unreferred(),
                report.unreferredBytes(),
                delete ? " and were removed" : "; add --delete to remove them"));
    if (report.unfinished() > 0) {
      output.line("%d unfinished files were removed".formatted(report.unfinished()));
    }
    if (report.stuck() > 0) {
      output.line("%d objects could not be removed:".formatted(report.stuck()));
      report.failures().forEach(output::line);
    }
  }
}
