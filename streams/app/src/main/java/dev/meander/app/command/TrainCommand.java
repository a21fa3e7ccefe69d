package dev.meander.app.command;

import dev.meander.app.train.EpochReport;
import dev.meander.app.train.GlyphTraining;
import dev.meander.app.train.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander train}: makes the classifier that the demonstration starts from. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Trains a small network on glyphs and writes it as a TorchScript file; takes minutes.")
public final class TrainCommand implements Callable<Integer> {

  private static final int THREADS_MAX = 64;

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
      defaultValue = "8",
      description = "Passes over new images, 1 to 1000; default ${DEFAULT-VALUE}.")
  private int epochs;

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
    double error = GlyphTraining.write(out, config(), threads, report -> output.line(line(report)));
    output.line(
        String.format(Locale.ROOT, "wrote %s, error on clean test images %.2f %%", out, error));
    return ExitCode.DONE.code();
  }

  private TrainerConfig config() {
    try {
      return TrainerConfig.standard(seed, epochs);
    } catch (IllegalArgumentException e) {
      throw wrong("--epochs: " + e.getMessage());
    }
  }

  private String line(EpochReport report) {
    return String.format(
        Locale.ROOT,
        "epoch %d of %d: loss %.3f, training error %.2f %%",
        report.epoch(),
        epochs,
        report.meanLoss(),
        report.trainingErrorPercent());
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
