package dev.meander.app.command;

import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.doctor.AbortHanging;
import dev.meander.app.doctor.Doctor;
import dev.meander.app.doctor.Finding;
import dev.meander.core.config.ConfigurationException;
import java.io.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** What was found; printed as JSON. */
  record Report(List<Finding> findings) {}

  @Override
  public Integer call() {
    if (abortHanging) {
      return abortHanging(new Output(spec)).code();
    }
    List<Finding> findings = findings();
    Output output = new Output(spec);
    if (json) {
      output.json(new Report(findings));
    } else {
      findings.forEach(finding -> output.line(finding.line()));
    }
    return code(findings).code();
  }

  private List<Finding> findings() {
    try {
      return Doctor.examine(connection.read());
    } catch (ConfigurationException e) {
      Path config = connection.config();
      List<Finding> here = config == null ? List.of() : Doctor.examineHere(config);
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
