package dev.meander.app.command;

import dev.meander.app.GlyphModel;
import dev.meander.app.Lifetime;
import dev.meander.app.demo.TemporaryFolder;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.config.Settings;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.replay.data.CsvDataSet;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.evaluate.Evaluation;
import dev.meander.replay.evaluate.EvaluationConfig;
import dev.meander.replay.evaluate.EvaluationReport;
import dev.meander.replay.evaluate.PrequentialConfig;
import dev.meander.replay.evaluate.ReportFiles;
import dev.meander.replay.scenario.DomainFiles;
import dev.meander.replay.scenario.Domains;
import dev.meander.replay.scenario.RecordedStream;
import dev.meander.replay.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander evaluate}: methods over scenarios, without Kafka. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Runs adaptation methods over drifting streams and reports two errors: online, the learner's own",
      "predictions, and served, the versions it would have published, one request at a time.",
      "Writes report.json, report.html, errors.csv and verdicts.csv; finished runs are kept, so the same",
      "command goes on where it was stopped."
    })
public final class EvaluateCommand implements Callable<Integer> {

  /** Order of the images of a segment. */
  enum Order {
    SHUFFLED,
    GIVEN
  }

  private static final int THREADS_MAX = 64;
  private static final int BATCH_MAX = 4096;
  private static final int CACHE_SHARE = 3;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      defaultValue = GlyphModel.NAME,
      description =
          "TorchScript model, head in a safetensors file, or ${DEFAULT-VALUE} for the built-in one (default).")
  private String model = GlyphModel.NAME;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = DomainFiles.GLYPHS,
      description =
          "Images of CIFAR-10 or -100 (binary), CIFAR-10-C (.npy) or MNIST (IDX) in a folder, a CSV "
              + "stream, or ${DEFAULT-VALUE} for the built-in images (default).")
  private String data = DomainFiles.GLYPHS;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      split = ",",
      required = true,
      description = "Adaptation methods, separated by commas.")
  private List<String> methods = new ArrayList<>();

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "continual",
      description =
          "Scenarios, separated by commas (default: ${DEFAULT-VALUE}): reset_each_shift, continual, gradual, "
              + "mixed_domains, correlated, correlated_dirichlet, gradual_correlated, mixed_correlated, label_shift, "
              + "reset_each_shift_correlated, recurring, single_sample, forgetting.")
  private List<String> scenarios = new ArrayList<>();

  @Option(
      names = "--severity",
      paramLabel = "N",
      defaultValue = "5",
      description = "Severity of the corruptions, 1 to 5 (default: ${DEFAULT-VALUE}).")
  private int severity = 5;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "200",
      description = "Samples of one step; the window of single_sample (default: ${DEFAULT-VALUE}).")
  private int batch = 200;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2147483647",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Samples of a segment, the first ones of the data; all when not given.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--first",
      paramLabel = "N",
      description =
          "Rows of a CSV stream that the model was trained on: the stream begins after them, and they are the"
              + " source samples of methods that use some.")
  private @Nullable Integer first;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      description =
          "CSV file of the rows that the model was trained on, where they are not the first of --data: the source"
              + " samples of methods that use some.")
  private @Nullable Path trainedOn;

  @Option(
      names = "--label-delay",
      paramLabel = "N",
      description =
          "Samples after which the label of a CSV stream's row becomes known, where the file has no column"
              + " label_delay; 0 when not given.")
  private @Nullable Integer labelDelay;

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description = "shuffled by the seed (default), or given: as the data has it.")
  private @Nullable Order order;

  @Option(
      names = "--seed",
      paramLabel = "N",
      split = ",",
      defaultValue = "1",
      description = "Seeds, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Runs at once, each on one thread; results do not depend on it (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A configuration key of learner or scenario, such as statistics.keep=0.5.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the report and of finished runs; created when it is not there.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    checkRange("--threads", threads, THREADS_MAX);
    checkRange("--batch", batch, BATCH_MAX);
    checkOut();
    if (first != null && trainedOn != null) {
      throw wrong("--source: expected it or --first, found both");
    }
    Domains domains = domains();
    EvaluationReport report;
    try (Lifetime lifetime = new Lifetime();
        EvaluationLines progress = EvaluationLines.of(spec, lifetime::checkOpen)) {
      TemporaryFolder folder = lifetime.open(() -> TemporaryFolder.create(false));
      ModelSource source = source(folder.path(), domains);
      Evaluation evaluation =
          new Evaluation(
              config(domains), domains, ModelProvider.forSource(source), source, System::nanoTime);
      report = evaluation.run(out, threads, progress);
    }
    ReportFiles.write(report, out);
    EvaluationTable.print(report, spec.commandLine().getOut());
    new Output(spec).line("wrote " + out.resolve("report.html"));
    return ExitCode.DONE.code();
  }

  private EvaluationConfig config(Domains domains) {
    List<Scenario> named =
        Settings.check("--scenario", () -> scenarios.stream().map(Scenario::of).toList());
    boolean recorded = domains.corruptions().isEmpty();
    boolean given = order == null ? recorded : order == Order.GIVEN;
    Map<String, String> all = new LinkedHashMap<>(settings);
    if (labelDelay != null) {
      all.put(PrequentialConfig.LABEL_DELAY.key(), labelDelay.toString());
    }
    return new EvaluationConfig(methods, named, seeds, severity, batch, limit, given, all);
  }

  private Domains domains() {
    try {
      Domains domains = DomainFiles.open(data, Runtime.getRuntime().maxMemory() / CACHE_SHARE);
      if (first == null && labelDelay == null && trainedOn == null) {
        return domains;
      }
      if (domains instanceof RecordedStream stream) {
        return first == null ? trained(stream) : stream.after(first);
      }
      throw wrong(
          "--first, --source, --label-delay: expected them with a CSV stream, found " + data);
    } catch (DataSetRefusedException e) {
      throw new ConfigurationException("--data", List.of(String.valueOf(e.getMessage())));
    }
  }

  private RecordedStream trained(RecordedStream stream) {
    return trainedOn == null ? stream : stream.trainedOn(CsvDataSet.open(trainedOn));
  }

  private ModelSource source(Path folder, Domains domains) {
    boolean builtIn = model.equals(GlyphModel.NAME);
    Path file = builtIn ? GlyphModel.unpack(folder) : Path.of(model);
    String stem = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    String name = stem.replaceAll("[^A-Za-z0-9._-]", "_");
    return new ModelSource(name, file, 1, domains.inputShape());
  }

  private void checkOut() {
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw wrong("--out: expected a folder that can be created, found " + e);
    }
  }

  private void checkRange(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw wrong(option + ": expected 1 to " + max + ", found " + value);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
