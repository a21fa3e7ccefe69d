package dev.meander.app.command;

import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.doctor.AbortHanging;
import dev.meander.app.doctor.Doctor;
import dev.meander.app.doctor.Finding;
import dev.meander.app.doctor.ModelReport;
import dev.meander.app.doctor.ModelShapes;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.ModelSource;
import java.io.Console;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meander doctor}: checks everything a run needs and says what to do. */
@Command(
    name = "doctor",
    description = {
      "Checks Java, the engine, the configuration as run and serve read it, the model and what of"
          + " it",
      "can adapt, the cluster, the registry, topics and schemas.",
      "With --model: what that file is, what of it can adapt and which methods fit; no cluster.",
      "Changes nothing, unless --abort-hanging asks for it.",
      "Exit codes: 0 all well or only warnings, 1 a check failed, 2 wrong use,",
      "3 the cluster or the registry does not answer."
    },
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(
      names = "--abort-hanging",
      description = "Ends transactions that no coordinator ends any more, after asking.")
  private boolean abortHanging;

  @Option(names = "--yes", description = "Ends them without asking.")
  private boolean yes;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "Looks at this model file alone, without a cluster.")
  private @Nullable Path model;

  @Option(
      names = "--shape",
      paramLabel = "SIZES",
      split = ",",
      description = "Shape of one input of --model, such as 3,32,32; usual ones are tried without.")
  private int @Nullable [] shape;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      defaultValue = ModelSource.OBVIOUS,
      description = "Which output of --model the logits are, as model.output.")
  private String output = ModelSource.OBVIOUS;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private final Clock clock;

  /** For the command line. */
  public DoctorCommand() {
    this(Clock.systemUTC());
  }

  DoctorCommand(Clock clock) {
    this.clock = clock;
  }

  /** What was found; printed as JSON. */
  record Report(List<Finding> findings) {}

  @Override
  public Integer call() {
    if (abortHanging) {
      return abortHanging(new Output(spec)).code();
    }
    List<Finding> findings = model == null ? findings() : ofModel(model);
    Output lines = new Output(spec);
    if (json) {
      lines.json(new Report(findings));
    } else {
      findings.forEach(finding -> lines.line(finding.line()));
    }
    return code(findings).code();
  }

  private List<Finding> ofModel(Path file) {
    if (connection.isGiven()) {
      throw new ConfigurationException(
          "the options", List.of("expected --model alone or --config, found both"));
    }
    if (shape == null) {
      return ModelShapes.tried(source(file, new int[] {1}));
    }
    if (shape.length == 0 || Arrays.stream(shape).anyMatch(size -> size < 1)) {
      throw new ConfigurationException(
          "the options", List.of("--shape: expected sizes >= 1, found " + Arrays.toString(shape)));
    }
    return ModelReport.of(source(file, shape));
  }

  private ModelSource source(Path file, int[] inputShape) {
    return new ModelSource("model", file, 1, inputShape).withOutput(output);
  }

  private List<Finding> findings() {
    if (shape != null || !output.equals(ModelSource.OBVIOUS)) {
      throw new ConfigurationException(
          "the options", List.of("expected --model beside --shape or --output, found none"));
    }
    try {
      return Doctor.examine(connection.read(), clock);
    } catch (ConfigurationException e) {
      Path config = connection.config();
      List<Finding> here = config == null ? List.of() : Doctor.examineHere(config, clock);
      if (has(here, Finding.Level.FAIL)) {
        return here; // says what is wrong with the file, of which the cluster's address is a part
      }
      throw e;
    }
  }

  private ExitCode abortHanging(Output output) {
    Console console = System.console();
    if (!yes && console == null) {
      throw new ConfigurationException(
          "the options",
          List.of("expected --yes beside --abort-hanging where nobody can be asked, found none"));
    }
    return AbortHanging.run(
            connection.read(),
            output::line,
            question ->
                yes || (console != null && "y".equalsIgnoreCase(console.readLine("%s", question))))
        ? ExitCode.DONE
        : ExitCode.CHECK_FAILED;
  }

  static ExitCode code(List<Finding> findings) {
    if (has(findings, Finding.Level.UNREACHABLE)) {
      return ExitCode.UNREACHABLE;
    }
    return has(findings, Finding.Level.FAIL) ? ExitCode.CHECK_FAILED : ExitCode.DONE;
  }

  private static boolean has(List<Finding> findings, Finding.Level level) {
    return findings.stream().anyMatch(finding -> finding.level() == level);
  }
}
