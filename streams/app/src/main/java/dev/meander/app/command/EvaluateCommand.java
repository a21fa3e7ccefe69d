package dev.meander.app.command;

import dev.meander.app.GlyphModel;
import dev.meander.app.Lifetime;
import dev.meander.app.demo.TemporaryFolder;
import dev.meander.core.head.HeadFile;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.replay.data.CsvDataSet;
import dev.meander.replay.data.TableOptions;
import dev.meander.replay.evaluate.Evaluation;
import dev.meander.replay.evaluate.EvaluationConfig;
import dev.meander.replay.evaluate.EvaluationReport;
import dev.meander.replay.evaluate.PrequentialConfig;
import dev.meander.replay.evaluate.ReportFiles;
import dev.meander.replay.scenario.DomainFiles;
import dev.meander.replay.scenario.Domains;
import dev.meander.replay.scenario.RecordedStream;
import dev.meander.replay.scenario.Scenario;
import dev.meander.replay.scenario.SourceFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander evaluate}: methods over scenarios, without Kafka. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Runs adaptation methods over drifting streams and reports two errors: online, the learner's"
          + " own",
      "predictions, and served, the versions it would have published, one request at a time.",
      "Writes report.json, report.html, errors.csv and verdicts.csv; finished runs are kept, so the"
          + " same",
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
  private static final String MODEL_FILE = "model.file";

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "TorchScript model, head in a safetensors file, or "
              + GlyphModel.NAME
              + " for the built-in one; model.file of --config, else the built-in one, when not"
              + " given.")
  private @Nullable String model;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = DomainFiles.GLYPHS,
      description =
          "Images of CIFAR-10 or -100 (binary), CIFAR-10-C (.npy) or MNIST (IDX) in a folder, a CSV"
              + " or ARFF stream, or ${DEFAULT-VALUE} for the built-in images (default).")
  private String data = DomainFiles.GLYPHS;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      split = ",",
      description =
          "Adaptation methods, separated by commas; method.name of --config when not given.")
  private List<String> methods = new ArrayList<>();

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "continual",
      description =
          "Scenarios, separated by commas (default: ${DEFAULT-VALUE}): reset_each_shift, continual,"
              + " gradual, mixed_domains, correlated, correlated_dirichlet, gradual_correlated,"
              + " mixed_correlated, label_shift, reset_each_shift_correlated, recurring,"
              + " single_sample, forgetting.")
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
      description =
          "Samples of one step; the window of single_sample. As in run, batch.size or 64 when not"
              + " given.")
  private @Nullable Integer batch;

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
          "Rows of a CSV stream that the model was trained on: the stream begins after them, and"
              + " they are the source samples of methods that use some.")
  private @Nullable Integer first;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      description =
          "What the model was trained on, for methods that use source samples: a table for a CSV"
              + " stream; for images a file of CIFAR's binary format, of IDX or of NumPy, or a"
              + " folder with one.")
  private @Nullable Path trainedOn;

  @Option(
      names = "--label-delay",
      paramLabel = "N",
      description =
          "Samples after which the label of a CSV stream's row becomes known, where the file has no"
              + " column label_delay; 0 when not given.")
  private @Nullable Integer labelDelay;

  @Mixin private TableChoice table = new TableChoice();

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description = "shuffled by the seed (default), or given: as the data has it.")
  private @Nullable Order order;

  @Option(
      names = "--seed",
      paramLabel = "N",
      split = ",",
      description = "Seeds, separated by commas; seed of --config, else 1, when not given.")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Runs at once, each on one thread; results do not depend on it (default:"
              + " ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Configuration file of run, whose keys of learners, methods and guards are used; --set"
              + " wins.")
  private @Nullable Path config;

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
    if (batch != null) {
      checkRange("--batch", batch, BATCH_MAX);
    }
    OutputFile.folder(spec, "--out", out);
    if (first != null && trainedOn != null) {
      throw wrong("--source: expected it or --first, found both");
    }
    EvaluationKeys keys = EvaluationKeys.of(config, settings);
    if (model == null) {
      String named = keys.file().get(MODEL_FILE);
      model = named == null ? GlyphModel.NAME : named;
    }
    takeOptions(keys);
    ProblemList problems = new ProblemList();
    Domains found = problems.check("--data", this::domains);
    EvaluationConfig checked = config(keys, found, problems);
    problems.refuse();
    Domains domains = Objects.requireNonNull(found);
    TableNotes.print(notes(keys, domains), spec);
    EvaluationReport report;
    try (Lifetime lifetime = new Lifetime();
        EvaluationLines progress = EvaluationLines.of(spec, lifetime::checkOpen)) {
      TemporaryFolder folder = lifetime.open(() -> TemporaryFolder.create(false));
      ModelSource source = source(folder.path(), domains);
      Evaluation evaluation =
          new Evaluation(
              checked, domains, ModelProvider.forSource(source), source, System::nanoTime);
      report = evaluation.run(out, threads, progress);
    }
    ReportFiles.write(report, out);
    EvaluationTable.print(report, spec.commandLine().getOut());
    new Output(spec).line("wrote " + out.resolve("report.html"));
    return ExitCode.DONE.code();
  }

  /** Options that are not given are keys of the configuration, or usual. */
  private void takeOptions(EvaluationKeys keys) {
    String name = keys.take(MethodConfig.NAME.key(), settings);
    String seed = keys.take(LearnerConfig.SEED.key(), settings);
    if (methods.isEmpty() && name != null) {
      methods = List.of(name.strip());
    }
    if (methods.isEmpty()) {
      throw wrong("Missing required option: '--method=NAME'");
    }
    if (seeds.isEmpty()) {
      try {
        seeds = List.of(seed == null ? 1L : Long.parseLong(seed.strip()));
      } catch (NumberFormatException e) {
        throw wrong("seed: expected a whole number, found \"" + seed + "\"");
      }
    }
    if (batch != null && settings.containsKey(LearnerConfig.BATCH_SIZE.key())) {
      throw wrong("--batch: expected it or batch.size in --set, found both");
    }
    if (batch != null) {
      keys.used().remove(LearnerConfig.BATCH_SIZE.key());
    }
    boolean sourceNamed = keys.used().containsKey(SourceConfig.FILE.key());
    if (sourceNamed && (first != null || trainedOn != null)) {
      throw wrong("method.source: expected it or --source or --first, found both");
    }
  }

  private EvaluationConfig config(
      EvaluationKeys keys, @Nullable Domains domains, ProblemList problems) {
    List<Scenario> named = new ArrayList<>();
    for (String scenario : scenarios) {
      Scenario known = problems.check("--scenario", () -> Scenario.of(scenario));
      if (known != null) {
        named.add(known);
      }
    }
    boolean recorded = domains != null && domains.corruptions().isEmpty();
    boolean given = order == null ? recorded : order == Order.GIVEN;
    Map<String, String> all = new LinkedHashMap<>(keys.used());
    if (labelDelay != null) {
      all.put(PrequentialConfig.LABEL_DELAY.key(), labelDelay.toString());
    }
    int size = batch == null ? Integer.parseInt(LearnerConfig.BATCH_SIZE.defaultText()) : batch;
    EvaluationConfig made =
        new EvaluationConfig(methods, named, seeds, severity, size, limit, given, all);
    problems.add("the options", made.problems());
    return made;
  }

  private List<String> notes(EvaluationKeys keys, Domains domains) {
    List<String> notes = new ArrayList<>(domains.notes());
    List<String> unused = new ArrayList<>(keys.unused());
    unused.remove(MODEL_FILE);
    String without = domains.corruptions().isEmpty() ? "scenario." : "prequential.";
    keys.used().keySet().stream().filter(key -> key.startsWith(without)).forEach(unused::add);
    if (!unused.isEmpty()) {
      notes.add("evaluate does not use " + String.join(", ", unused));
    }
    return notes;
  }

  private Domains domains() {
    Domains domains = open();
    if (domains instanceof RecordedStream stream) {
      return first == null ? domains : stream.after(first);
    }
    if (first != null || labelDelay != null || table.isGiven()) {
      throw wrong(
          "--first, --label, --label-delay, --missing: expected them with a CSV stream, found "
              + data);
    }
    return trainedOn == null ? domains : SourceFiles.with(domains, trainedOn);
  }

  private Domains open() {
    long cache = Runtime.getRuntime().maxMemory() / CACHE_SHARE;
    TableOptions options = table.options(first == null ? 0 : Math.max(0, first), classes());
    if (trainedOn == null || !DomainFiles.isTable(data)) {
      return DomainFiles.open(data, cache, options);
    }
    CsvDataSet source =
        CsvDataSet.open(trainedOn, table.options(Integer.MAX_VALUE, options.classes()));
    RecordedStream stream = (RecordedStream) DomainFiles.open(data, cache, options.like(source));
    return stream.trainedOn(source);
  }

  /** The classes that a head names; null for models that name none. */
  private @Nullable List<String> classes() {
    if (model == null || !model.endsWith(".safetensors")) {
      return null;
    }
    try {
      return HeadFile.read(Path.of(model)).classNames();
    } catch (ModelRefusedException e) {
      // refused with its reason when it is opened
      return null;
    }
  }

  private ModelSource source(Path folder, Domains domains) {
    String named = model == null ? GlyphModel.NAME : model;
    boolean builtIn = named.equals(GlyphModel.NAME);
    Path file = builtIn ? GlyphModel.unpack(folder) : Path.of(named);
    String stem = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    String name = stem.replaceAll("[^A-Za-z0-9._-]", "_");
    return new ModelSource(name, file, 1, domains.inputShape());
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
