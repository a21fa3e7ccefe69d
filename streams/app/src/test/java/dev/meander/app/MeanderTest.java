package dev.meander.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.method.Methods;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The program as it is called, up to where it would reach a cluster that answers. */
@Timeout(60)
class MeanderTest {

  private static final String METHODS = String.join(", ", Methods.names());
  private static final String NO_CLUSTER = "no-such-host.invalid:9092";

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private record Run(int code, String out, String err) {

    void refused(int expectedCode, String expectedError) {
      assertThat(err).isEqualTo(expectedError);
      assertThat(code).isEqualTo(expectedCode);
      assertThat(out).isEmpty();
    }
  }

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Meander.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .execute(arguments);
    return new Run(code, lines(out), lines(err));
  }

  private static String lines(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  private Path file(Path model, String... more) throws Exception {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "bootstrap.servers=" + NO_CLUSTER,
                "schema.registry.url=http://no-such-host.invalid:8081",
                "model.name=glyphs",
                "model.file=" + model,
                "model.input.shape=3,32,32"));
    for (String line : more) {
      lines.removeIf(other -> other.startsWith(line.substring(0, line.indexOf('=') + 1)));
      lines.add(line);
    }
    return Files.write(folder.resolve("meander.properties"), lines);
  }

  private static Run runFile(String command, Path file) {
    return run(command, "--config", file.toString());
  }

  @Test
  void shouldPrintItsUsageWhenNoCommandIsGiven() {
    Run nothing = run();
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.out()).isEmpty();
    assertThat(nothing.err())
        .startsWith("expected a command\nUsage: meander [-hV] [COMMAND]\n")
        .contains(
            "  demo ", "  run ", "  serve ", "  train ", "  topics ", "  doctor ", "  evaluate ");
  }

  @Test
  void shouldPrintHelpForEveryCommand() {
    assertHelp(Meander.commandLine(), List.of());
  }

  private static void assertHelp(CommandLine command, List<String> path) {
    List<String> arguments = new ArrayList<>(path);
    arguments.add("--help");
    Run help = run(arguments.toArray(String[]::new));
    String name = ("meander " + String.join(" ", path)).strip();
    assertThat(help.out()).startsWith("Usage: " + name + " ");
    assertThat(help.code()).as(name).isZero();
    assertThat(help.err()).isEmpty();
    command
        .getSubcommands()
        .forEach(
            (subcommand, line) -> {
              List<String> deeper = new ArrayList<>(path);
              deeper.add(subcommand);
              assertHelp(line, deeper);
            });
  }

  @Test
  void shouldSuggestACommand() {
    Run typo = run("serv");
    assertThat(typo.code()).isEqualTo(2);
    assertThat(typo.err()).contains("Unmatched argument at index 0: 'serv'").contains("serve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "serve"})
  void shouldSuggestAKeyWhenOneIsUnknown(String command) throws Exception {
    Path file = file(folder.resolve("none.pt"), "topics.prefx=other");
    runFile(command, file)
        .refused(
            2,
            "1 problem in %s:\n  unknown key topics.prefx, did you mean topics.prefix?\n"
                .formatted(file));
  }

  @Test
  void shouldListAllProblemsOfALearnersFile() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("meander.properties"),
            """
            bootstrap.servers=localhost:9092
            schema.registry.url=http://localhost:8081
            model.name=my model
            model.file=none.pt
            batch.sizes=3
            method.name=tnet
            commit.interval=1h
            """);
    runFile("run", file)
        .refused(
            2,
            """
            5 problems in %s:
              unknown key batch.sizes, did you mean batch.size?
              commit.interval: expected a duration of 10ms to 30s, found "1h"
              method.name: expected one of %s, found "tnet", did you mean tent?
              model.input.shape: expected a value (Shape of one input without the batch dimension, \
            such as 3,32,32.), found none
              model.name: expected a model name of 1 to 100 letters, digits, '.', '_' or '-', found \
            "my model"
            """
                .formatted(file, METHODS));
  }

  @Test
  void shouldListAllProblemsOfANodesFile() throws Exception {
    Path file = file(folder.resolve("none.pt"), "http.port=99999", "serving.traffic.share=2");
    runFile("serve", file)
        .refused(
            2,
            """
            2 problems in %s:
              http.port: expected a whole number of 0 to 65535, found "99999"
              serving.traffic.share: expected a number of 0 to 1, found "2"
            """
                .formatted(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "serve"})
  void shouldSayThatTheFileIsMissing(String command) {
    Path file = folder.resolve("none.properties");
    runFile(command, file)
        .refused(
            2,
            "1 problem in %s:\n  expected a key=value file, found no file of this name\n"
                .formatted(file));
    runFile(command, folder)
        .refused(
            2, "1 problem in %s:\n  expected a key=value file, found a folder\n".formatted(folder));
  }

  @Test
  void shouldSayThatTheModelIsMissing() throws Exception {
    Path model = folder.resolve("none.pt");
    Path file = file(model);
    runFile("run", file)
        .refused(
            2,
            "1 problem in model %1$s:\n  expected a model file, found none at %1$s\n"
                .formatted(model));
    runFile("serve", file).refused(2, "expected a model file, found none at %s\n".formatted(model));
  }

  @Test
  void shouldSayThatTheModelIsCorrupt() throws Exception {
    Path model = Files.writeString(folder.resolve("odd.pt"), "no model");
    Path file = file(model);
    String corrupt =
        "expected a TorchScript archive, found a file that is none or was cut off at " + model;
    Run run = runFile("run", file);
    assertThat(run.err()).startsWith("1 problem in model " + model + ":\n  " + corrupt);
    assertThat(run.code()).isEqualTo(2);
    Run serve = runFile("serve", file);
    assertThat(serve.err()).startsWith(corrupt);
    assertThat(serve.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "serve"})
  void shouldReachForTheClusterWithAFileOfBothProgramsKeys(String command) throws Exception {
    Path file = file(GlyphModel.unpack(folder), "batch.size=32", "http.port=0");
    runFile(command, file)
        .refused(
            3,
            (command.equals("run")
                    ? "cannot reach Kafka at " + NO_CLUSTER + ": "
                    : "expected a Kafka cluster at " + NO_CLUSTER + ", found: ")
                + "No resolvable bootstrap urls given in bootstrap.servers\n");
  }

  @Test
  void shouldSayThatANodeCouldNotReadTheLog() throws Exception {
    Path file =
        file(
            GlyphModel.unpack(folder),
            "bootstrap.servers=127.0.0.1:1",
            "http.port=0",
            "serving.boot.wait=100ms",
            "serving.close.wait=100ms");
    Run run = runFile("serve", file);
    assertThat(run.err())
        .startsWith(
            "expected to read meander.adapters and meander.aliases to their end within 100 ms,"
                + " found: ");
    assertThat(run.code()).isEqualTo(3);
  }

  @Test
  void shouldRefuseAnUnknownMethodBeforeAnythingStarts() {
    run("demo", "--method", "tnet")
        .refused(
            2,
            """
            1 problem in command line:
              method.name: expected one of %s, found "tnet", did you mean tent?
            """
                .formatted(METHODS));
  }

  @Test
  void shouldRefuseADemonstrationThatIsTooShort() {
    run("demo", "--events", "10")
        .refused(2, "1 problem in command line:\n  --events: expected 500 to 1000000, found 10\n");
  }

  @Test
  void shouldRefuseKeysThatTheDemonstrationSets() {
    run("demo", "--set", "state.dir=x", "--set", "application.id=y", "--set", "batch.size=8")
        .refused(
            2,
            "1 problem in command line:\n  --set: expected keys that the demonstration leaves"
                + " open, found application.id, state.dir\n");
    run("demo", "--set", "batch.sise=8")
        .refused(
            2, "1 problem in command line:\n  unknown key batch.sise, did you mean batch.size?\n");
  }

  @Test
  void shouldRefuseAModelThatCannotBeUsedBeforeAnythingStarts() {
    Path model = folder.resolve("none.pt");
    run("demo", "--model", model.toString())
        .refused(2, "expected a model file, found none at %s\n".formatted(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train --out", "demo --json"})
  void shouldRefuseAFileThatCannotBeWritten(String start) {
    for (Path file : List.of(folder.resolve("none/x"), folder)) {
      List<String> arguments = new ArrayList<>(List.of(start.split(" ")));
      arguments.add(file.toString());
      Run run = run(arguments.toArray(String[]::new));
      run.refused(
          2,
          "%s: expected a file in an existing folder, found %s\n"
              .formatted(arguments.get(1), file));
    }
  }

  @Test
  void shouldRefuseTrainingOutOfRange() {
    String out = folder.resolve("x.pt").toString();
    assertThat(run("train", "--out", out, "--threads", "65").err())
        .startsWith("--threads: expected 1 to 64, found 65\n");
    Run epochs = run("train", "--out", out, "--epochs", "0");
    assertThat(epochs.err()).startsWith("--epochs: expected 1 to 1000 epochs, found 0\n");
    assertThat(epochs.code()).isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }
}
