package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.kit.DataPack;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A CSV stream from its rows to a report: a head is fitted on the first, the others are followed.
 */
@Timeout(120)
class CsvStreamTest {

  private static final int ROWS = 4_000;
  private static final int FIRST = 800;

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
    return new Run(code, out.toString(), err.toString().replace(System.lineSeparator(), "\n"));
  }

  /** Three clouds whose sensors drift away in offset and gain after the first rows. */
  private Path stream() throws Exception {
    SplittableRandom random = new SplittableRandom(12);
    double[][] centres = {{2, 0, 0, 1}, {0, 2, 0, -1}, {-1, -1, 2, 0}};
    List<String> lines = new ArrayList<>(List.of("a,b,c,d,label"));
    for (int i = 0; i < ROWS; i++) {
      int label = random.nextInt(3);
      double drift = Math.max(0, i - FIRST) / (double) (ROWS - FIRST);
      StringBuilder line = new StringBuilder();
      for (int j = 0; j < 4; j++) {
        double value = centres[label][j] + .7 * random.nextGaussian();
        double sensed = value * (1 + drift) + (j < 2 ? -5 : 5) * drift;
        line.append(String.format(Locale.ROOT, "%.4f,", sensed));
      }
      lines.add(line.append(label).toString());
    }
    return Files.write(folder.resolve("sensors.csv"), lines);
  }

  private Path train(Path data, int first) {
    Path head = folder.resolve("head.safetensors");
    Run run =
        run(
            "train",
            "--data",
            data.toString(),
            "--first",
            Integer.toString(first),
            "--epochs",
            "100",
            "--out",
            head.toString());
    // three columns of elec do not change in its first rows, which is said
    assertThat(run.err().lines())
        .allMatch(line -> line.matches("warning: column (vicprice|vicdemand|transfer) is .*"));
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .matches(
            "wrote \\S+head.safetensors, error on the %d rows it was fitted on \\d+\\.\\d\\d %%, on the \\d+ rows after them \\d+\\.\\d\\d %%\\s+"
                .formatted(first));
    return head;
  }

  private JsonNode evaluate(Path data, Path head, int first, String... more) throws Exception {
    Path out = folder.resolve("out");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model",
                head.toString(),
                "--data",
                data.toString(),
                "--first",
                Integer.toString(first),
                "--batch",
                "64",
                "--out",
                out.toString()));
    arguments.addAll(List.of(more));
    Run run = run(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(out.resolve("report.json").toFile()).path("runs");
  }

  private static JsonNode of(JsonNode runs, String method) {
    for (JsonNode run : runs) {
      if (run.path("method").asText().equals(method)) {
        return run;
      }
    }
    throw new AssertionError("expected a run of " + method);
  }

  @Test
  void shouldFollowADriftThatTheFrozenModelDoesNot() throws Exception {
    Path data = stream();
    Path head = train(data, FIRST);
    JsonNode runs =
        evaluate(
            data,
            head,
            FIRST,
            "--method",
            "source,tent,eata",
            "--label-delay",
            "100",
            "--set",
            "prequential.window=200");
    double frozen = of(runs, "source").path("prequentialServed").path("error").asDouble();
    assertThat(frozen).isGreaterThan(25);
    for (String method : List.of("tent", "eata")) {
      JsonNode online = of(runs, method).path("prequential");
      JsonNode served = of(runs, method).path("prequentialServed");
      assertThat(online.path("error").asDouble()).as(method).isLessThan(frozen - 15);
      assertThat(served.path("error").asDouble()).as(method).isLessThan(frozen - 15);
      assertThat(served.path("windowError").asDouble()).isLessThan(frozen - 20);
      assertThat(served.path("kappa").asDouble()).isGreaterThan(.7);
      assertThat(served.path("balancedAccuracy").asDouble()).isGreaterThan(80);
      assertThat(served.path("labelled").asInt()).isEqualTo(ROWS - FIRST - 100);
      assertThat(served.path("unlabelled").asInt()).isEqualTo(100);
    }
    List<String> lines = Files.readAllLines(folder.resolve("out/prequential.csv"));
    assertThat(lines.get(0))
        .isEqualTo("method,scenario,seed,answers,samples,labelled,error,windowError,fadingError");
    // 3200 samples, a point every 16, the first 96 without a label, three methods, two answers
    assertThat(lines).hasSize(1 + 3 * 2 * (200 - 6));
    assertThat(Files.readString(folder.resolve("out/report.html"))).contains("Prequential error");
  }

  @Test
  void shouldKeepTheErrorsOfAllSamplesWhateverTheDelay() throws Exception {
    Path data = stream();
    Path head = train(data, FIRST);
    JsonNode late = evaluate(data, head, FIRST, "--method", "bn-1", "--label-delay", "500");
    JsonNode early = evaluate(data, head, FIRST, "--method", "bn-1");
    assertThat(of(early, "bn-1").path("versions")).isEqualTo(of(late, "bn-1").path("versions"));
    assertThat(of(early, "bn-1").path("pooledError"))
        .isEqualTo(of(late, "bn-1").path("pooledError"));
    assertThat(of(early, "bn-1").path("prequential").path("error").asDouble())
        .isEqualTo(of(early, "bn-1").path("pooledError").asDouble());
    assertThat(of(late, "bn-1").path("prequential").path("unlabelled").asInt()).isEqualTo(500);
  }

  @Test
  void shouldTakeTrainingAndTestRowsFromTwoFilesAsFromOne() throws Exception {
    Path data = stream();
    Path head = train(data, FIRST);
    List<String> lines = Files.readAllLines(data);
    Path training = Files.write(folder.resolve("training.csv"), lines.subList(0, FIRST + 1));
    List<String> after = new ArrayList<>(lines.subList(FIRST + 1, lines.size()));
    after.add(0, lines.get(0));
    Path test = Files.write(folder.resolve("test.csv"), after);
    JsonNode one = of(evaluate(data, head, FIRST, "--method", "eata"), "eata");
    Path out = folder.resolve("two");
    String[] two = {"evaluate", "--model", head.toString(), "--data", test.toString()};
    String[] rest = {"--method", "eata", "--batch", "64", "--out", out.toString()};
    Run without = run(with(two, rest));
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err()).contains("method eata: expected source samples, found none;");
    Run run = run(with(with(two, rest), "--source", training.toString()));
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    JsonNode other = of(report.path("runs"), "eata");
    assertThat(other.path("versions")).hasSize(50).isEqualTo(one.path("versions"));
    assertThat(other.path("pooledError")).isEqualTo(one.path("pooledError"));
  }

  @Test
  void shouldSayWhatIsWrong() throws Exception {
    Path data = stream();
    String out = folder.resolve("head.safetensors").toString();
    assertRefused(
        run("train", "--data", data.toString(), "--out", folder.resolve("head.pt").toString()),
        "--out: expected a name that ends in .safetensors with --data, found ");
    assertRefused(
        run("train", "--data", data.toString(), "--first", "4001", "--out", out),
        "--first: expected 1 to 4000 rows, found 4001\n");
    assertRefused(
        run("train", "--rank", "3", "--out", out),
        "--first, --rank, --label, --missing: expected them with --data, found none\n");
    assertRefused(
        run("train", "--data", data.toString(), "--rank", "5", "--out", out),
        "1 problem in --data:\n  expected features and classes >= 1 and a rank of 0 to features,");
    Path bad = Files.writeString(folder.resolve("bad.csv"), "a,label\n1,0\nx,1\n");
    assertRefused(
        run("train", "--data", bad.toString(), "--out", out),
        "1 problem in --data:\n"
            + "  expected a finite number, found \"x\" in column 1 (a) of line 3 of "
            + bad);
    Path head = train(data, FIRST);
    String[] evaluate = {
      "evaluate", "--model", head.toString(), "--method", "tent", "--out", folder.toString()
    };
    assertRefused(
        run(with(evaluate, "--data", data.toString(), "--first", "4000")),
        "1 problem in --data:\n  expected 1 to 3999 first rows of sensors, found 4000\n");
    assertRefused(
        run(with(evaluate, "--label-delay", "3")),
        "--first, --label, --label-delay, --missing: expected them with a CSV stream, found"
            + " glyphs\n");
    assertRefused(
        run(with(evaluate, "--data", data.toString(), "--first", "3", "--source", data.toString())),
        "--source: expected it or --first, found both\n");
    Path narrow = Files.writeString(folder.resolve("narrow.csv"), "a,label\n1,0\n2,1\n");
    assertRefused(
        run(with(evaluate, "--data", data.toString(), "--source", narrow.toString())),
        "1 problem in --data:\n  expected rows of shape [4] in narrow as in sensors, found [1]\n");
    assertRefused(
        run(with(evaluate, "--data", data.toString(), "--label-delay", "-3")),
        "1 problem in the options:\n"
            + "  prequential.label.delay: expected a whole number of 0 to 1000000000, found"
            + " \"-3\"\n");
  }

  @BadInput(
      at = Entrance.DATA,
      what = "labels that are names, missing numbers, one class only",
      then = "a head keeps the names; --missing puts in; one class is refused")
  @Test
  void shouldFollowNamesAndMissingNumbers() throws Exception {
    Path data = stream();
    List<String> lines = new ArrayList<>(Files.readAllLines(data));
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      String named = line.substring(0, line.length() - 1) + "kind" + line.charAt(line.length() - 1);
      lines.set(i, i % 50 == 0 ? named.replaceFirst("[^,]*", "?") : named);
    }
    lines.set(0, "a,b,c,d,kind");
    Path named = Files.write(folder.resolve("named.csv"), lines);
    Path head = folder.resolve("named.safetensors");
    String[] table = {"--label", "kind", "--missing", "median", "--first", "800"};
    Run fit =
        run(
            with(
                new String[] {"train", "--data", named.toString(), "--epochs", "60"},
                with(table, "--out", head.toString())),
            0);
    assertThat(fit.err())
        .contains(
            "missing values of " + named + " are replaced by the median of the training rows");
    String out = folder.resolve("named").toString();
    Run followed =
        run(
            with(
                new String[] {"evaluate", "--model", head.toString(), "--data", named.toString()},
                with(table, "--method", "tent", "--out", out)),
            0);
    assertThat(followed.out()).contains("tent");
    Path one = Files.writeString(folder.resolve("one.csv"), "a,label\n1,0\n2,0\n3,1\n");
    assertRefused(
        run("train", "--data", one.toString(), "--first", "2", "--out", out + ".safetensors"),
        "1 problem in --data:\n"
            + "  expected rows of at least two classes to fit a head on, found only 0 in the first"
            + " 2 rows of "
            + one);
  }

  /** The command first, then options. */
  private static Run run(String[] arguments, int code) {
    Run run = run(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    return run;
  }

  private static String[] with(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static void assertRefused(Run run, String message) {
    assertThat(run.err()).startsWith(message);
    assertThat(run.code()).isEqualTo(2);
  }

  /** Needs the data pack. */
  @Test
  void shouldBeatTheFrozenModelOnTheElectricityMarket() throws Exception {
    Path data = DataPack.require().resolve("streams/elec.csv");
    Path head = train(data, 1_000);
    JsonNode runs = evaluate(data, head, 1_000, "--method", "source,tent", "--label-delay", "48");
    assertThat(of(runs, "source").path("prequential").path("error").asDouble())
        .isBetween(26.0, 31.0);
    assertThat(of(runs, "tent").path("prequential").path("error").asDouble()).isLessThan(18);
    assertThat(of(runs, "tent").path("prequentialServed").path("error").asDouble()).isLessThan(22);
    assertThat(of(runs, "tent").path("prequential").path("labelled").asInt())
        .isEqualTo(45_312 - 1_000 - 48);
  }
}
