package dev.meander.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every option of every command with values that nobody expects. */
@Timeout(240)
class OddOptionsTest {

  /** Does not resolve, without asking anybody. */
  private static final String NO_CLUSTER = "no-port";

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "-1",
          "NaN",
          "-Infinity",
          "1e9",
          "1e999",
          "0x10",
          "1_000",
          "64f",
          "1,",
          ",",
          "\u0663",
          "\uff11",
          "99999999999999999999",
          "-9223372036854775808",
          "a\u0000b",
          "%s%n$1\\",
          "=",
          "a=b=c",
          "m:x/y",
          "\u001b[31mred",
          "x".repeat(5_000));

  /** What keeps a command from setting to work whatever the other options say. */
  private static final Map<String, List<String>> REFUSED =
      Map.of(
          "demo", List.of("--events=-1", "--model=/none/none.pt"),
          "train", List.of("--epochs=-1", "--data=/none/none.csv"),
          "evaluate", List.of("--model=/none/none.pt", "--limit=-1"));

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private List<String> values() throws Exception {
    List<String> all = new ArrayList<>(VALUES);
    all.add(folder.toString());
    all.add("/dev/full");
    all.add("/dev/zero");
    Path loop = folder.resolve("loop");
    if (!Files.isSymbolicLink(loop)) {
      Files.createSymbolicLink(loop, loop);
    }
    all.add(loop.toString());
    all.add(loop + "/x");
    all.add("/proc/self/mem");
    return all;
  }

  private static void collect(CommandLine line, List<String> path, List<CommandLine> leaves) {
    if (line.getSubcommands().isEmpty()) {
      leaves.add(line);
    }
    line.getSubcommands().values().forEach(sub -> collect(sub, path, leaves));
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "every option of every command with numbers, paths and texts that are none",
      then = "a message and an exit code of 0 to 3, never a stack trace")
  void shouldAnswerInWordsWhateverAnOptionSays() throws Exception {
    List<CommandLine> leaves = new ArrayList<>();
    collect(Meander.commandLine(), List.of(), leaves);
    assertThat(leaves).hasSizeGreaterThan(20);
    List<String> bad = new ArrayList<>();
    int tried = 0;
    for (CommandLine leaf : leaves) {
      for (OptionSpec option : leaf.getCommandSpec().options()) {
        if (option.arity().max() == 0) {
          continue;
        }
        for (String value : values()) {
          tried++;
          String problem = problem(leaf, option, value);
          if (!problem.isEmpty()) {
            bad.add(problem);
          }
        }
      }
    }
    assertThat(bad).isEmpty();
    assertThat(tried).isGreaterThan(2_000);
  }

  private static String problem(CommandLine leaf, OptionSpec option, String value) {
    List<String> arguments =
        new ArrayList<>(List.of(leaf.getCommandSpec().qualifiedName().split(" ")));
    arguments.remove(0);
    REFUSED.getOrDefault(leaf.getCommandName(), List.of()).stream()
        .filter(one -> !one.startsWith(option.longestName() + "="))
        .forEach(arguments::add);
    if (!option.longestName().equals("--bootstrap")
        && !option.longestName().equals("--config")
        && leaf.getCommandSpec().findOption("--bootstrap") != null) {
      arguments.add("--bootstrap=" + NO_CLUSTER);
    }
    arguments.add(option.longestName() + "=" + value);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Meander.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .execute(arguments.toArray(String[]::new));
    String said = err.toString() + out;
    boolean fine =
        code >= 0
            && code <= 3
            && !said.contains("Exception")
            && !said.contains("unexpected failure")
            && !said.contains("\tat ")
            && said.indexOf('\u001b') < 0
            && said.indexOf('\u0000') < 0
            && !(code != 0 && err.toString().isBlank() && out.toString().isBlank());
    return fine
        ? ""
        : arguments.subList(0, 1)
            + " "
            + option.longestName()
            + "="
            + value.substring(0, Math.min(30, value.length()))
            + ": "
            + code
            + ": "
            + said.substring(0, Math.min(300, said.length()));
  }
}
