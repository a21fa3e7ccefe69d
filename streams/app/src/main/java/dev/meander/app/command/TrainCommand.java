package dev.meander.app.command;

import dev.meander.app.train.EpochReport;
import dev.meander.app.train.GlyphTraining;
import dev.meander.app.train.TrainerConfig;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.files.WholeFile;
import dev.meander.core.head.HeadFile;
import dev.meander.core.head.HeadFitting;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.replay.data.CsvDataSet;
import dev.meander.replay.data.DataSetRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code meander train}: makes the classifier that the demonstration starts from, or a head for
 * rows of numbers.
 */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a small network on glyphs and writes it as a TorchScript file; takes minutes.",
      "With --data fits a head on the rows of a CSV file and writes it as a safetensors file."
    })
public final class TrainCommand implements Callable<Integer> {

  private static final int THREADS_MAX = 64;
  private static final int GLYPH_EPOCHS = 8;
  private static final int HEAD_EPOCHS = 300;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where the network is written, created or replaced.")
  @SuppressWarnings("NullAway.Init") // required
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of images and initial weights; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over new images, 1 to 1000, 8 when not given; with --data over the rows, 1 to"
              + " 100000, 300 when not given.")
  private @Nullable Integer epochs;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "Table of numbers with a column label: CSV or ARFF, also packed by gzip; instead of"
              + " glyphs.")
  private @Nullable Path data;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "Rows to fit the head on, the first ones of --data; all when not given.")
  private @Nullable Integer first;

  @Mixin private TableChoice table = new TableChoice();

  @Option(
      names = "--rank",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Rank of the head's residual, which is off until a method trains it; default"
              + " ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Threads of one operation, 1 to 64; 1 gives the same bytes again; default"
              + " ${DEFAULT-VALUE}.")
  private int threads;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    OutputFile.check(spec, "--out", out);
    if (threads < 1 || threads > THREADS_MAX) {
      throw wrong("--threads: expected 1 to " + THREADS_MAX + ", found " + threads);
    }
    Output output = new Output(spec);
    if (data != null) {
      output.line(fitHead(data));
      return ExitCode.DONE.code();
    }
    if (first != null || rank != 0 || table.isGiven()) {
      throw wrong("--first, --rank, --label, --missing: expected them with --data, found none");
    }
    double error = GlyphTraining.write(out, config(), threads, report -> output.line(line(report)));
    output.line(
        String.format(Locale.ROOT, "wrote %s, error on clean test images %.2f %%", out, error));
    return ExitCode.DONE.code();
  }

  private String fitHead(Path file) throws IOException {
    if (!out.toString().endsWith(".safetensors")) {
      throw wrong("--out: expected a name that ends in .safetensors with --data, found " + out);
    }
    try {
      int training = first == null ? Integer.MAX_VALUE : Math.max(0, first);
      CsvDataSet rows = CsvDataSet.open(file, table.options(training, null));
      int used = first == null ? rows.size() : first;
      if (used < 1 || used > rows.size()) {
        throw wrong("--first: expected 1 to " + rows.size() + " rows, found " + used);
      }
      HeadFitting.Config config =
          HeadFitting.Config.usual(rank, epochs == null ? HEAD_EPOCHS : epochs, seed);
      LabelledBatch fitted = rows.batch(0, used);
      checkClasses(rows, fitted, file);
      TableNotes.print(rows.notes(), spec);
      HeadFile head = HeadFitting.fit(fitted, rows.classNames(), config);
      WholeFile.write(out, head.bytes());
      String line =
          String.format(
              Locale.ROOT,
              "wrote %s, error on the %d rows it was fitted on %.2f %%",
              out,
              used,
              HeadFitting.errorPercent(head, fitted));
      int left = rows.size() - used;
      return left == 0
          ? line
          : line
              + String.format(
                  Locale.ROOT,
                  ", on the %d rows after them %.2f %%",
                  left,
                  HeadFitting.errorPercent(head, rows.batch(used, left)));
    } catch (DataSetRefusedException | IllegalArgumentException e) {
      throw new ConfigurationException("--data", List.of(String.valueOf(e.getMessage())));
    }
  }

  /** A head for one class would be right whatever it is shown. */
  private void checkClasses(CsvDataSet rows, LabelledBatch fitted, Path file) {
    List<String> names = rows.classNames();
    List<String> found =
        IntStream.of(fitted.labels()).distinct().sorted().mapToObj(names::get).toList();
    if (found.size() < 2) {
      throw new DataSetRefusedException(
          "expected rows of at least two classes to fit a head on, found only %s in the first %d rows of %s"
              .formatted(found.get(0), fitted.labels().length, file));
    }
    String without =
        names.stream().filter(name -> !found.contains(name)).collect(Collectors.joining(", "));
    if (!without.isEmpty()) {
      TableNotes.print(
          List.of(
              "no row that the head is fitted on is of class %s; it will never say it"
                  .formatted(without)),
          spec);
    }
  }

  private int glyphEpochs() {
    return epochs == null ? GLYPH_EPOCHS : epochs;
  }

  private TrainerConfig config() {
    try {
      return TrainerConfig.standard(seed, glyphEpochs());
    } catch (IllegalArgumentException e) {
      throw wrong("--epochs: " + e.getMessage());
    }
  }

  private String line(EpochReport report) {
    return String.format(
        Locale.ROOT,
        "epoch %d of %d: loss %.3f, training error %.2f %%",
        report.epoch(),
        glyphEpochs(),
        report.meanLoss(),
        report.trainingErrorPercent());
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
