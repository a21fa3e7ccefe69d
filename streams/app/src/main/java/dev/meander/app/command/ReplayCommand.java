package dev.meander.app.command;

import dev.meander.app.Lifetime;
import dev.meander.app.ProgramFile;
import dev.meander.app.demo.DemoProgress;
import dev.meander.app.replay.ClusterReplay;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.replay.recorded.RecordedVersion;
import dev.meander.replay.recorded.ReplayFiles;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.ReplayReport;
import dev.meander.streams.AdaptationConfig;
import dev.meander.streams.BaseModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meander replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Recomputes published versions from the recorded samples and compares them bit for bit.",
      "Recomputing begins where the learner was at the base model last, whatever --from says.",
      "Exit codes: 0 no version differs, 1 one does, 2 wrong use, 3 the cluster does not answer."
    })
public final class ReplayCommand implements Callable<Integer> {

  @Mixin private final LineageOptions options = new LineageOptions();

  @Option(
      names = "--from",
      paramLabel = "OFFSET|TIME",
      description = "First offset of samples, or event time such as 2026-01-31T12:00:00Z.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "OFFSET|TIME",
      description = "Last offset of samples, or event time.")
  private @Nullable String to;

  @Option(
      names = "--candidate",
      paramLabel = "FILE",
      description =
          "Keys that replace those of --config; run over the samples of the range from the base"
              + " model on.")
  private List<Path> candidates = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder for report.json, report.html and errors.csv; created when missing.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(names = "--json", description = "Prints the report as JSON instead of a table.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() {
    AdaptationConfig config = options.adaptation();
    LineageId lineage = options.lineage(config);
    ReplayRange range = range();
    OutputFile.folder(spec, "--out", out);
    ModelProvider provider = ModelProvider.forSource(config.model());
    BaseModel.check(config.model(), provider, config.learner());
    Map<String, LearnerConfig> others = candidates(config, provider);
    DemoProgress progress = options.progress();
    ReplayReport report;
    try (Lifetime lifetime = new Lifetime();
        ClusterReplay replay =
            ClusterReplay.open(
                lineage, config, provider, lifetime::checkOpen, () -> progress.advance(1))) {
      LineageOptions.checkKnown(lineage, replay.versions(), config);
      Predicate<RecordedVersion> within =
          version -> range.includes(version.lastOffset(), version.createdAtMillis());
      if (others.isEmpty() && replay.versions().stream().noneMatch(within)) {
        throw options.wrong(
            "expected versions of "
                + lineage
                + " between --from and --to, found "
                + replay.versions().size()
                + " on the log and none between");
      }
      progress.stage(
          "replaying " + lineage,
          others.isEmpty() ? LineageOptions.steps(replay.samples(within)) : 0);
      report = replay.run(within, range, others);
    } finally {
      progress.done();
    }
    ReplayFiles.write(report, out);
    Output output = new Output(spec);
    if (json) {
      output.json(report);
    } else {
      ReplayTable.lines(report).forEach(output::line);
    }
    return (report.different() == 0 ? ExitCode.DONE : ExitCode.CHECK_FAILED).code();
  }

  private ReplayRange range() {
    try {
      return RangeBound.range(from, to);
    } catch (IllegalArgumentException e) {
      throw options.wrong(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, LearnerConfig> candidates(AdaptationConfig config, ModelProvider provider) {
    Map<String, LearnerConfig> others = new LinkedHashMap<>();
    for (Path file : candidates) {
      AdaptationConfig other = ProgramFile.adaptation(options.file(), file);
      if (!other.model().file().equals(config.model().file())) {
        throw options.wrong(
            "--candidate: expected the model of --config, "
                + config.model().file()
                + ", found "
                + other.model().file()
                + " in "
                + file);
      }
      BaseModel.check(config.model(), provider, other.learner());
      if (others.put(file.toString(), other.learner()) != null) {
        throw options.wrong("--candidate: expected each file once, found " + file + " twice");
      }
    }
    return others;
  }
}
