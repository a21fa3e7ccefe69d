package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class EvaluateCommandTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private record Run(int code, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Meander.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private Run evaluate(String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--out", out().toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private Path out() {
    return folder.resolve("out");
  }

  @Test
  void shouldReportTheBuiltInModelOnItsOwnImagesAndGoOnTheSecondTime() throws Exception {
    String[] arguments = {"--method", "source,bn-1", "--limit", "20", "--batch", "20"};

    Run first = evaluate(arguments);

    assertThat(first.code()).isZero();
    assertThat(first.out())
        .contains("continual                    source               1")
        .contains("continual                    bn-1                 1")
        .contains("wrote " + out().resolve("report.html"));
    assertThat(first.err())
        .contains("bn-1, continual, seed 1: online ")
        .doesNotContain("are there already");
    JsonNode report = new ObjectMapper().readTree(out().resolve("report.json").toFile());
    assertThat(report.path("data").asText()).isEqualTo("glyphs");
    assertThat(report.path("runs").findValuesAsText("method")).containsExactly("source", "bn-1");
    assertThat(report.path("runs").path(1).path("segments").path(0).path("samples").asInt())
        .isEqualTo(20);
    assertThat(Files.size(out().resolve("report.html"))).isGreaterThan(50_000);

    Run second = evaluate(arguments);

    assertThat(second.code()).isZero();
    assertThat(second.err()).contains("2 runs are there already").doesNotContain("online ");
    assertThat(new ObjectMapper().readTree(out().resolve("report.json").toFile()))
        .isEqualTo(report);
  }

  @Test
  void shouldSayWhatIsWrong() {
    Path missing = folder.resolve("missing");
    assertRefused(
        evaluate("--method", "source", "--data", missing.toString()),
        "1 problem in --data:\n  expected ");
    assertRefused(
        evaluate("--method", "source", "--scenario", "sudden"),
        "1 problem in --scenario:\n  expected a scenario of reset_each_shift, ");
    assertRefused(
        evaluate("--method", "sauce"), "1 problem in the options:\n  method.name: expected one of");
    assertRefused(
        evaluate("--method", "source", "--threads", "0"), "--threads: expected 1 to 64, found 0\n");
    assertRefused(evaluate(), "Missing required option: '--method=NAME'\n");
  }

  private static void assertRefused(Run run, String message) {
    assertThat(run.err().replace(System.lineSeparator(), "\n")).startsWith(message);
    assertThat(run.code()).isEqualTo(2);
  }
}
