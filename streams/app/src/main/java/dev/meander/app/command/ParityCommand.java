package dev.meander.app.command;

import dev.meander.app.parity.Deviation;
import dev.meander.app.parity.Parity;
import dev.meander.app.parity.TraceRefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meander parity}: replays golden traces through the real methods on the real engine. */
@Command(
    name = "parity",
    mixinStandardHelpOptions = true,
    description = {
      "Replays recorded traces of reference implementations and prints, per trace and tensor, the",
      "largest deviation beside its tolerance. Exit codes: 0 all within, 1 one exceeds, 2 wrong",
      "use."
    })
public final class ParityCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "Folder with golden.json, or with folders that have one.")
  @SuppressWarnings("NullAway.Init") // required
  private Path folder;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(names = "--quiet", description = "Prints only what exceeds its tolerance.")
  private boolean quiet;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** What was found; printed as JSON. */
  record Report(boolean holds, List<Deviation> deviations) {}

  @Override
  public Integer call() {
    Output output = new Output(spec);
    List<Deviation> all;
    try {
      all = Parity.check(folder, deviation -> print(output, deviation));
    } catch (TraceRefusedException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    long failed = all.stream().filter(deviation -> !deviation.holds()).count();
    if (json) {
      output.json(new Report(failed == 0, all));
    } else {
      output.line(all.size() - failed + " of " + all.size() + " tensors within tolerance");
    }
    return (failed == 0 ? ExitCode.DONE : ExitCode.CHECK_FAILED).code();
  }

  private void print(Output output, Deviation deviation) {
    if (!json && !(quiet && deviation.holds())) {
      output.line(deviation.line());
    }
  }
}
