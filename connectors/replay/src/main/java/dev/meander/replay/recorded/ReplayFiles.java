package dev.meander.replay.recorded;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.files.WholeFile;
import dev.meander.replay.evaluate.HtmlPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a replay's report: {@code report.json} for programs, {@code errors.csv} with every batch
 * of the candidates, and {@code report.html}, one page with plots that needs no network.
 */
public final class ReplayFiles {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the page's script reads. */
  private record Page(ReplayReport report, List<RunCurve> curves) {}

  private ReplayFiles() {}

  /** Writes the three files into an existing folder; replaces those of an earlier report. */
  public static void write(ReplayReport report, Path folder) {
    List<RunCurve> curves = report.runs().stream().map(run -> RunCurve.of(run.batches())).toList();
    try {
      WholeFile.write(
          folder.resolve("report.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
      WholeFile.write(folder.resolve("errors.csv"), csv(report));
      String data = JSON.writeValueAsString(new Page(report, curves));
      WholeFile.write(
          folder.resolve("report.html"), HtmlPage.of(ReplayFiles.class, "report.html", data));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report to " + folder, e);
    }
  }

  /** One line for every batch. */
  private static String csv(ReplayReport report) {
    StringBuilder csv =
        new StringBuilder(
            "run,method,batch,firstOffset,lastOffset,samples,entropy,answered,changed\n");
    for (ReplayRun run : report.runs()) {
      int number = 0;
      for (RunBatch batch : run.batches()) {
        csv.append(quoted(run.name()))
            .append(',')
            .append(run.method())
            .append(',')
            .append(number++)
            .append(',')
            .append(batch.firstOffset())
            .append(',')
            .append(batch.lastOffset())
            .append(',')
            .append(batch.samples())
            .append(',')
            .append(batch.meanEntropy())
            .append(',')
            .append(batch.answered())
            .append(',')
            .append(batch.changed())
            .append('\n');
      }
    }
    return csv.toString();
  }

  /** A file's name may hold anything. */
  private static String quoted(String name) {
    return name.matches("[^\",\r\n]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
