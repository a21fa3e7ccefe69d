package dev.meander.app.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.meander.core.files.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a demonstration showed. The component names are the keys of {@code --json}.
 *
 * @param data name of the data set
 * @param method name of the method
 * @param errorFrozen mean over segments, percent
 * @param errorAdapted mean over segments of the answers as served, percent
 * @param segments errors by drift segment
 * @param events requests sent
 * @param samplesSeen events the gate let through
 * @param samplesSkipped events the gate skipped
 * @param deadLetters records that could not be used
 * @param versionsPublished versions on the topic
 * @param publishToLiveMillis from the publisher's clock to the swap, over nodes and versions
 * @param bytesPublished size of all adapter records
 * @param tornAnswers answers that are not their version's
 * @param unversionedAnswers answers without a known version
 * @param failedAnswers requests without an answer
 * @param seconds wall time of the stream
 * @param replay what recomputing every version from the log gave
 */
public record DemoReport(
    String data,
    String method,
    double errorFrozen,
    double errorAdapted,
    List<Segment> segments,
    int events,
    long samplesSeen,
    long samplesSkipped,
    long deadLetters,
    int versionsPublished,
    Latency publishToLiveMillis,
    long bytesPublished,
    int tornAnswers,
    int unversionedAnswers,
    int failedAnswers,
    double seconds,
    Recomputed replay) {

  /** Errors of one drift segment, percent. */
  public record Segment(String name, int samples, double errorFrozen, double errorAdapted) {}

  /**
   * Published versions against their re-run.
   *
   * @param equal versions with the same content and learner state, bit for bit
   * @param different the others
   */
  public record Recomputed(long equal, long different) {

    String text() {
      return equal + " of " + (equal + different) + " versions recomputed to the same hash";
    }
  }

  /** Quantiles in milliseconds; NaN when nothing was measured. */
  public record Latency(double p50, double p99) {

    /** Nearest-rank quantiles of {@code millis}. */
    static Latency of(List<Double> millis) {
      List<Double> sorted = millis.stream().sorted().toList();
      return new Latency(quantile(sorted, 0.5), quantile(sorted, 0.99));
    }

    String text() {
      return Double.isNaN(p50)
          ? "nothing was measured"
          : String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", p50, p99);
    }

    private static double quantile(List<Double> sorted, double share) {
      return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
  }

  /** Writes the report as JSON. */
  public void writeJson(Path file) throws IOException {
    WholeFile.write(
        file,
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(this));
  }

  /** Prints the report as a table. */
  public void print(PrintWriter out) {
    out.printf("%n%-16s %8s %14s %14s%n", data, "samples", "frozen error", "served error");
    for (Segment segment : segments) {
      row(out, segment.name(), segment.samples(), segment.errorFrozen(), segment.errorAdapted());
    }
    row(out, "mean", segments.stream().mapToInt(Segment::samples).sum(), errorFrozen, errorAdapted);
    out.println();
    line(out, "method", method);
    line(out, "events", events + " in " + String.format(Locale.ROOT, "%.0f s", seconds));
    line(out, "samples seen", samplesSeen + ", skipped " + samplesSkipped);
    line(out, "dead letters", String.valueOf(deadLetters));
    line(out, "versions published", versionsPublished + ", " + bytesPublished + " bytes");
    line(out, "publish to live", publishToLiveMillis.text());
    line(out, "torn answers", String.valueOf(tornAnswers));
    line(out, "unversioned answers", String.valueOf(unversionedAnswers));
    line(out, "failed answers", String.valueOf(failedAnswers));
    line(out, "replay", replay.text());
    out.flush();
  }

  private static void row(
      PrintWriter out, String name, int samples, double frozen, double adapted) {
    out.printf(Locale.ROOT, "%-16s %8d %12.1f %% %12.1f %%%n", name, samples, frozen, adapted);
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("%-20s %s%n", name, value);
  }
}
