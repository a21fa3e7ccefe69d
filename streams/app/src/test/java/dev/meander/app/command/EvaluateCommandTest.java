package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
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

  @BadInput(
      at = Entrance.COMMAND,
      what = "a mistyped scenario, method, key and path at once",
      then = "all of them in one message, with near names")
  @Test
  void shouldSayAllThatIsWrongAtOnce() {
    Run run =
        evaluate(
            "--method",
            "tentt,eata",
            "--scenario",
            "contnual",
            "--set",
            "statistics.kep=0.5",
            "--data",
            folder.resolve("missing").toString());
    assertRefused(
        run, "4 problems in the options:\n  --data: expected glyphs, a file or a folder,");
    assertThat(run.err())
        .contains("found \"contnual\", did you mean continual?")
        .contains("found \"tentt\"", "did you mean tent?")
        .contains("unknown key statistics.kep, did you mean statistics.keep?")
        .doesNotContain("\tat ");
  }

  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "a file of run given to evaluate, and keys that change nothing",
      then = "its keys are used, the others are named in a warning")
  @Test
  void shouldReadTheKeysOfRunAndNameThoseItDoesNotUse() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("m.properties"),
            "bootstrap.servers=a:1\n"
                + "method.name=bn-1\n"
                + "batch.size=16\n"
                + "batch.min=16\n"
                + "seed=3\n"
                + "kafka.x=y\n");
    Run run =
        evaluate(
            "--config",
            config.toString(),
            "--limit",
            "20",
            "--set",
            "scenario.corruptions=fog",
            "--set",
            "prequential.window=9");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "warning: evaluate does not use bootstrap.servers, kafka.x, batch.min,"
                + " prequential.window");
    JsonNode report = new ObjectMapper().readTree(out().resolve("report.json").toFile());
    JsonNode only = report.path("runs").path(0);
    assertThat(only.path("method").asText()).isEqualTo("bn-1");
    assertThat(only.path("seed").asInt()).isEqualTo(3);
    assertThat(only.path("versions")).hasSize(2);
    assertRefused(
        evaluate("--config", config.toString(), "--batch", "5", "--set", "batch.size=5"),
        "--batch: expected it or batch.size in --set, found both\n");
  }

  @BadInput(
      at = Entrance.COMMAND,
      what = "method.source that is missing, of another size, or of another model's classes",
      then = "refused before anything runs")
  @Test
  void shouldTakeSourceSamplesFromTheFileThatRunTakesThemFrom() throws Exception {
    String[] usual = {
      "--method",
      "rmt",
      "--limit",
      "16",
      "--batch",
      "16",
      "--set",
      "scenario.corruptions=fog",
      "--set",
      "scenario.source.samples=64"
    };
    assertThat(evaluate(usual).code()).isZero();
    JsonNode own = versions();
    byte[] records = new byte[64 * 3073];
    new java.util.Random(5).nextBytes(records);
    for (int i = 0; i < records.length; i += 3073) {
      records[i] = (byte) (i / 3073 % 10);
    }
    Path file = Files.write(folder.resolve("source.bin"), records);
    Run named = evaluate(with(usual, "--set", "method.source=" + file));
    assertThat(named.code()).as(named.err()).isZero();
    assertThat(versions()).isNotEqualTo(own);
    JsonNode fromFile = versions();
    Run option = evaluate(with(usual, "--source", file.toString()));
    assertThat(option.code()).as(option.err()).isZero();
    assertThat(versions()).isEqualTo(fromFile);
    records[3073] = 77;
    Files.write(folder.resolve("labels.bin"), records);
    assertRefused(
        evaluate(with(usual, "--set", "method.source=" + folder.resolve("labels.bin"))),
        "1 problem in --method:\n  method.source: expected labels of 0 to 9, found 77 in ");
    assertRefused(
        evaluate(with(usual, "--set", "method.source=" + folder.resolve("none.bin"))),
        "1 problem in --method:\n  method.source: cannot read ");
    assertRefused(
        evaluate(with(usual, "--set", "method.source=x", "--source", "y")),
        "method.source: expected it or --source or --first, found both\n");
  }

  private JsonNode versions() throws Exception {
    return new ObjectMapper()
        .readTree(out().resolve("report.json").toFile())
        .path("runs")
        .path(0)
        .path("versions");
  }

  private static String[] with(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @BadInput(
      at = Entrance.DATA,
      what = "methods that need source samples, and an archive without",
      then = "each is named before anything runs; training images beside it are found")
  @Test
  void shouldNameEveryMethodThatLacksSourceSamplesBeforeItRuns() throws Exception {
    Path data = Files.createDirectories(folder.resolve("c"));
    npy(data.resolve("fog.npy"), "(20, 32, 32, 3)", 20 * 3072);
    npy(data.resolve("labels.npy"), "(20,)", 20);
    String[] usual = {"--data", data.toString(), "--method", "source,eata,rmt"};
    Run run = evaluate(usual);
    assertRefused(
        run,
        "2 problems in --method:\n"
            + "  method eata: expected source samples, found none; --source or --first gives"
            + " some,");
    assertThat(run.err()).contains("method rmt: expected source samples, found none;");
    assertThat(out().resolve("runs")).isEmptyDirectory();
    Files.write(data.resolve("data_batch_1.bin"), new byte[20 * 3073]);
    Run found =
        evaluate("--data", data.toString(), "--method", "eata", "--limit", "4", "--batch", "4");
    assertThat(found.code()).as(found.err()).isZero();
  }

  private static void npy(Path file, String shape, int bytes) throws Exception {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + "}\n";
    byte[] content = new byte[10 + header.length() + bytes];
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0};
    System.arraycopy(start, 0, content, 0, 10);
    byte[] text = header.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    System.arraycopy(text, 0, content, 10, text.length);
    Files.write(file, content);
  }

  private static void assertRefused(Run run, String message) {
    assertThat(run.err().replace(System.lineSeparator(), "\n")).startsWith(message);
    assertThat(run.code()).isEqualTo(2);
  }
}
