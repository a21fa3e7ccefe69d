package dev.meander.app.command;

import dev.meander.schemas.TopicNames;
import dev.meander.schemas.access.Program;
import dev.meander.schemas.access.Right;
import dev.meander.schemas.access.Rights;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander topics acls}: what each program must be allowed to do; asks no cluster. */
@Command(
    name = "acls",
    description = {
      "Lists what each program must be allowed to do: the learner application (run), a serving"
          + " node",
      "(serve), and an operator with the other commands. Asks no cluster.",
      "Exit codes: 0 done, 2 wrong use."
    },
    mixinStandardHelpOptions = true)
final class TopicsAclsCommand implements Callable<Integer> {

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      defaultValue = TopicNames.DEFAULT_PREFIX,
      description = "First part of every topic's name; ${DEFAULT-VALUE} by default.")
  private String prefix = TopicNames.DEFAULT_PREFIX;

  @Option(
      names = "--application",
      paramLabel = "ID",
      defaultValue = "meander",
      description = "Value of application.id; ${DEFAULT-VALUE} by default.")
  private String application = "meander";

  @Option(
      names = "--program",
      paramLabel = "PROGRAM",
      description = "Only for ${COMPLETION-CANDIDATES}.")
  private List<Program> programs = List.of(Program.values());

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "text, or kafka-acls: command lines to paste, with BROKER and the users to replace.")
  private String format = "text";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() {
    TopicNames names;
    try {
      names = new TopicNames(prefix);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--prefix: " + e.getMessage());
    }
    boolean commands =
        switch (format) {
          case "text" -> false;
          case "kafka-acls" -> true;
          default ->
              throw new ParameterException(
                  spec.commandLine(),
                  "--format: expected text or kafka-acls, found \"" + format + "\"");
        };
    Output output = new Output(spec);
    for (Program program : programs) {
      for (Right right : Rights.of(program, names, application)) {
        output.line(commands ? right.command("BROKER", "User:" + program.text()) : right.line());
      }
    }
    return ExitCode.DONE.code();
  }
}
