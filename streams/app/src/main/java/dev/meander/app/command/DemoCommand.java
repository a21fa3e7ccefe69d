package dev.meander.app.command;

import dev.meander.app.Lifetime;
import dev.meander.app.demo.DemoConfig;
import dev.meander.app.demo.DemoProgress;
import dev.meander.app.demo.DemoReport;
import dev.meander.app.demo.Demonstration;
import dev.meander.core.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meander demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts broker, registry, learner and two serving nodes, sends them a drifting stream and shows what "
            + "adaptation was worth.")
public final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with CIFAR-10's test_batch.bin; the built-in glyphs when not given.")
  private @Nullable Path data;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "TorchScript model; models/resnet20.pt below --data when not given.")
  private @Nullable Path model;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "tent",
      description = "Adaptation method (default: ${DEFAULT-VALUE}).")
  private String method = "tent";

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "9000",
      description = "Length of the stream (default: ${DEFAULT-VALUE}).")
  private int events = 9000;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      description = "Requests per second (default: ${DEFAULT-VALUE}).")
  private double rate = 100;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the stream (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A configuration key of the learner application, such as batch.size=32.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON.")
  private @Nullable Path json;

  @Option(names = "--keep", description = "Keeps the temporary folder: broker data and model.")
  private boolean keep;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    DemoConfig config =
        Settings.check(
            "command line",
            () -> new DemoConfig(data, model, method, events, rate, seed, keep, overrides));
    if (json != null) {
      OutputFile.check(spec, "--json", json);
    }
    DemoProgress progress =
        System.console() == null
            ? new PlainProgress(spec.commandLine().getErr())
            : new BarProgress();
    DemoReport report;
    try (Lifetime lifetime = new Lifetime()) {
      report = new Demonstration(config, lifetime, progress, System::nanoTime).run();
    } finally {
      progress.done();
    }
    report.print(spec.commandLine().getOut());
    if (json != null) {
      report.writeJson(json);
    }
    return (report.replay().different() == 0 ? ExitCode.DONE : ExitCode.CHECK_FAILED).code();
  }
}
