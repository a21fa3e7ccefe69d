package dev.meander.replay.evaluate;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.meander.core.files.WholeFile;
import dev.meander.replay.evaluate.RunResult.BatchResult;
import dev.meander.replay.evaluate.RunResult.SegmentResult;
import dev.meander.replay.evaluate.RunResult.VerdictResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report: {@code report.json} for programs, {@code errors.csv} with every batch, {@code
 * verdicts.csv} with what the guard said of every candidate, {@code report.html}, one page with
 * plots that needs no network, and for recorded streams {@code prequential.csv}, errors as labels
 * became known.
 */
public final class ReportFiles {

  private static final String TEMPLATE = "report.html";

  /** Batches and verdicts are in the CSV files; JSON would repeat them. */
  @JsonIgnoreProperties({"batches", "verdicts"})
  @JsonPropertyOrder({"method", "scenario", "seed"})
  private interface WithoutRows {}

  /** What the page's script reads. */
  private record Page(EvaluationReport report, List<ErrorCurve> curves) {}

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .addMixIn(RunResult.class, WithoutRows.class)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private ReportFiles() {}

  /** Writes the files into an existing folder; replaces those of an earlier report. */
  public static void write(EvaluationReport report, Path folder) {
    try {
      WholeFile.write(
          folder.resolve("report.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
      WholeFile.write(folder.resolve("errors.csv"), csv(report));
      WholeFile.write(folder.resolve("verdicts.csv"), verdictsCsv(report));
      if (report.runs().stream().anyMatch(run -> run.prequential() != null)) {
        WholeFile.write(folder.resolve("prequential.csv"), prequentialCsv(report));
      }
      WholeFile.write(folder.resolve("report.html"), html(report));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report to " + folder, e);
    }
  }

  /** One line for every batch and segment in it. */
  static String csv(EvaluationReport report) {
    StringBuilder csv =
        new StringBuilder(
            "method,scenario,seed,batch,segment,severity,cycle,samples,wrong,wrongServed\n");
    for (RunResult run : report.runs()) {
      String head = run.method() + "," + run.scenario() + "," + run.seed() + ",";
      for (BatchResult batch : run.batches()) {
        SegmentResult segment = run.segments().get(batch.segment());
        csv.append(head)
            .append(batch.batch())
            .append(',')
            .append(segment.name())
            .append(',')
            .append(segment.severity())
            .append(',')
            .append(segment.cycle())
            .append(',')
            .append(batch.samples())
            .append(',')
            .append(batch.wrong())
            .append(',')
            .append(batch.wrongServed())
            .append('\n');
      }
    }
    return csv.toString();
  }

  /** One line for every candidate that was judged; a column for every number a guard looked at. */
  static String verdictsCsv(EvaluationReport report) {
    TreeSet<String> numbers = new TreeSet<>();
    report.runs().stream()
        .flatMap(run -> run.verdicts().stream())
        .forEach(verdict -> numbers.addAll(verdict.evidence().keySet()));
    StringBuilder csv = new StringBuilder("method,scenario,seed,batch,outcome,reasons");
    numbers.forEach(number -> csv.append(',').append(number));
    csv.append('\n');
    for (RunResult run : report.runs()) {
      String head = run.method() + "," + run.scenario() + "," + run.seed() + ",";
      for (VerdictResult verdict : run.verdicts()) {
        csv.append(head)
            .append(verdict.batch())
            .append(',')
            .append(verdict.outcome())
            .append(",\"")
            .append(String.join("; ", verdict.reasons()))
            .append('"');
        for (String number : numbers) {
          Double value = verdict.evidence().get(number);
          csv.append(',').append(value == null ? "" : String.format(Locale.ROOT, "%.6g", value));
        }
        csv.append('\n');
      }
    }
    return csv.toString();
  }

  /** One line for every point of every run. */
  static String prequentialCsv(EvaluationReport report) {
    StringBuilder csv =
        new StringBuilder(
            "method,scenario,seed,answers,samples,labelled,error,windowError,fadingError\n");
    for (RunResult run : report.runs()) {
      String head = run.method() + "," + run.scenario() + "," + run.seed() + ",";
      appendPoints(csv, head + "online,", run.prequential());
      appendPoints(csv, head + "served,", run.prequentialServed());
    }
    return csv.toString();
  }

  private static void appendPoints(
      StringBuilder csv, String head, Prequential.@Nullable Result result) {
    if (result == null) {
      return;
    }
    for (Prequential.Point point : result.points()) {
      csv.append(head)
          .append(
              String.format(
                  Locale.ROOT,
                  "%d,%d,%.4f,%.4f,%.4f\n",
                  point.samples(),
                  point.labelled(),
                  point.error(),
                  point.windowError(),
                  point.fadingError()));
    }
  }

  private static String html(EvaluationReport report) throws IOException {
    List<ErrorCurve> curves =
        report.runs().stream().map(run -> ErrorCurve.of(run.batches())).toList();
    String data = JSON.writeValueAsString(new Page(report, curves));
    return HtmlPage.of(ReportFiles.class, TEMPLATE, data);
  }
}
