package dev.meander.app.command;

import dev.meander.app.Lifetime;
import dev.meander.app.demo.DemoProgress;
import dev.meander.app.replay.ClusterReplay;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.replay.recorded.RecordedVersion;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.ReplayReport;
import dev.meander.streams.AdaptationConfig;
import dev.meander.streams.BaseModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meander verify}. */
@Command(
    name = "verify",
    description = {
      "Recomputes one published version from the samples it was made of and compares it bit for"
          + " bit.",
      "Recomputing begins where its learner was at the base model last.",
      "Exit codes: 0 it is equal, 1 it is not or cannot be compared, 2 wrong use, 3 the cluster"
          + " does not answer."
    })
public final class VerifyCommand implements Callable<Integer> {

  @Mixin private final LineageOptions options = new LineageOptions();

  @Option(
      names = "--version",
      paramLabel = "N",
      required = true,
      description = "Number of the version.")
  private long version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("unused") // picocli looks at it
  private boolean help;

  @Option(names = "--json", description = "Prints the report as JSON instead of a table.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() {
    AdaptationConfig config = options.adaptation();
    LineageId lineage = options.lineage(config);
    ModelProvider provider = ModelProvider.forSource(config.model());
    BaseModel.check(config.model(), provider, config.learner());
    DemoProgress progress = options.progress();
    ReplayReport report;
    try (Lifetime lifetime = new Lifetime();
        ClusterReplay replay =
            ClusterReplay.open(
                lineage, config, provider, lifetime::checkOpen, () -> progress.advance(1))) {
      LineageOptions.checkKnown(lineage, replay.versions(), config);
      checkThere(replay.versions());
      Predicate<RecordedVersion> one = found -> found.number() == version;
      progress.stage(
          "verifying version " + version + " of " + lineage,
          LineageOptions.steps(replay.samples(one)));
      report = replay.run(one, ReplayRange.ALL, Map.of());
    } finally {
      progress.done();
    }
    Output output = new Output(spec);
    if (json) {
      output.json(report);
    } else {
      ReplayTable.lines(report).forEach(output::line);
    }
    return (report.equal() == 1 ? ExitCode.DONE : ExitCode.CHECK_FAILED).code();
  }

  private void checkThere(List<RecordedVersion> versions) {
    if (versions.stream().noneMatch(found -> found.number() == version)) {
      throw options.wrong(
          "--version: expected a version on the log, found "
              + version
              + "; "
              + (versions.isEmpty()
                  ? "there is none"
                  : "there are "
                      + versions.size()
                      + ", "
                      + versions.get(0).number()
                      + " to "
                      + versions.get(versions.size() - 1).number()));
    }
  }
}
