package dev.meander.app.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is said to a command line that cannot be used. How a command is called is told where it was
 * called wrongly, not where a value does not fit, which the usage would hide.
 *
 * <p>Thread-safety: stateless.
 */
public final class WrongUse implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(
        command.getColorScheme().errorText(Shown.message(String.valueOf(wrong.getMessage()))));
    boolean calledWrongly =
        wrong.getArgSpec() != null
            || wrong.getClass() != ParameterException.class
            || !command.getSubcommands().isEmpty();
    if (calledWrongly && !UnmatchedArgumentException.printSuggestions(wrong, err)) {
      command.usage(err, command.getColorScheme());
    }
    err.flush();
    return ExitCode.WRONG_USE.code();
  }

  /**
   * Runs the command, unless an option of keys and values, such as {@code --set}, has a key twice:
   * the parser would take the last one in silence.
   */
  public static int execute(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    for (OptionSpec option : last.matchedOptions()) {
      if (Map.class.isAssignableFrom(option.type())) {
        checkOnce(last, option);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static void checkOnce(ParseResult parsed, OptionSpec option) {
    Set<String> seen = new TreeSet<>();
    Set<String> twice = new TreeSet<>();
    List<String> texts = option.originalStringValues();
    for (String text : texts) {
      String key = text.split("=", 2)[0].strip();
      if (!seen.add(key)) {
        twice.add(key);
      }
    }
    if (!twice.isEmpty()) {
      throw new ParameterException(
          parsed.commandSpec().commandLine(),
          option.longestName()
              + ": expected each key once, found more of "
              + String.join(", ", twice));
    }
  }
}
