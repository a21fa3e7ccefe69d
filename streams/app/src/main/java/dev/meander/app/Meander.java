package dev.meander.app;

import dev.meander.app.command.CommandFailures;
import dev.meander.app.command.DemoCommand;
import dev.meander.app.command.DiffCommand;
import dev.meander.app.command.DoctorCommand;
import dev.meander.app.command.EvaluateCommand;
import dev.meander.app.command.ExportCommand;
import dev.meander.app.command.HistoryCommand;
import dev.meander.app.command.LineagesCommand;
import dev.meander.app.command.OrderCommands;
import dev.meander.app.command.ParityCommand;
import dev.meander.app.command.PathOption;
import dev.meander.app.command.RedriveCommand;
import dev.meander.app.command.ReplayCommand;
import dev.meander.app.command.RunCommand;
import dev.meander.app.command.ServeCommand;
import dev.meander.app.command.ShowCommand;
import dev.meander.app.command.SweepCommand;
import dev.meander.app.command.TopicsCommand;
import dev.meander.app.command.TrainCommand;
import dev.meander.app.command.VerifyCommand;
import dev.meander.app.command.VersionsCommand;
import dev.meander.app.command.WrongUse;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. */
@Command(
    name = "meander",
    description = "Continual adaptation of models behind Kafka.",
    mixinStandardHelpOptions = true,
    version = "meander 0.1.0",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ServeCommand.class,
      EvaluateCommand.class,
      TrainCommand.class,
      ParityCommand.class,
      TopicsCommand.class,
      RedriveCommand.class,
      DoctorCommand.class,
      ReplayCommand.class,
      VerifyCommand.class,
      LineagesCommand.class,
      VersionsCommand.class,
      HistoryCommand.class,
      ShowCommand.class,
      DiffCommand.class,
      ExportCommand.class,
      OrderCommands.Rollback.class,
      OrderCommands.Promote.class,
      OrderCommands.Pin.class,
      OrderCommands.Unpin.class,
      OrderCommands.Pause.class,
      OrderCommands.Resume.class,
      OrderCommands.Reset.class,
      OrderCommands.Retire.class,
      SweepCommand.class
    })
public final class Meander implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** Runs a command and ends with its exit code. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // numbers and words are the same on every machine
    CommandLine program =
        commandLine().setOut(utf8(FileDescriptor.out)).setErr(utf8(FileDescriptor.err));
    System.exit(program.execute(arguments));
  }

  /** A writer of UTF-8 whatever the locale says, which would make question marks of the rest. */
  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** The command line, for {@link #main} and for tests. */
  public static CommandLine commandLine() {
    return new CommandLine(new Meander())
        .setExecutionExceptionHandler(new CommandFailures())
        .setParameterExceptionHandler(new WrongUse())
        .setExecutionStrategy(WrongUse::execute)
        .registerConverter(Path.class, new PathOption())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command");
  }
}
