package dev.meander.app.command;

import dev.meander.app.versions.StoredVersion;
import dev.meander.app.versions.VersionLog;
import dev.meander.schemas.record.AliasRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meander versions}: the versions of a lineage on the log. */
@Command(
    name = "versions",
    description = {
      "Lists the versions of a lineage on the log, newest last, and which of them serves.",
      "Records that cannot be used are passed over and counted.",
      "Exit codes: 0 done, 1 no such lineage, 2 wrong use, 3 unreachable."
    })
public final class VersionsCommand implements Callable<Integer> {

  /** Fits 80 columns with the longest names of methods and aliases. */
  private static final String ROW = "%7s  %-20s  %-11s %8s %9s  %s";

  /** Fits 120 columns. */
  private static final String WIDE = "%7s  %-20s  %-11s %8s %9s %6s %7s  %-5s %-8s %13s  %s";

  /** Metric of a version that says how sure its learner's answers were. */
  private static final String ENTROPY = "meanEntropy";

  @Mixin private final LineageAccess lineage = new LineageAccess();

  @Option(
      names = "--since",
      paramLabel = "TIME|DURATION",
      description =
          "Versions of events from a time such as 2026-01-31T12:00:00Z on, or from 30m, 2h or 7d"
              + " ago on.")
  private @Nullable String since;

  @Option(
      names = "--wide",
      description = "Lists step, parent, frame and samples, too; for 120 columns.")
  private boolean wide;

  /** What was found; printed as JSON. */
  record Report(
      String lineage,
      long live,
      @Nullable Long previous,
      boolean pinned,
      boolean paused,
      long epoch,
      List<VersionLine> versions) {}

  @Override
  public Integer call() {
    Instant from = lineage.since(since, Clock.systemUTC());
    Report report;
    try (VersionLog log = lineage.open()) {
      AliasRecord alias = log.alias();
      List<StoredVersion> versions = log.versions();
      lineage.say(log.passedOver());
      if (alias == null && versions.isEmpty()) {
        lineage.checkConfigured();
      }
      report =
          new Report(
              lineage.lineage().toString(),
              alias == null ? 0 : alias.getLive(),
              alias == null ? null : alias.getPrevious(),
              alias != null && alias.getPinned(),
              alias != null && alias.getPaused(),
              alias == null ? 0 : alias.getEpoch(),
              versions.stream()
                  .filter(version -> !version.record().getCreatedAt().isBefore(from))
                  .map(version -> VersionLine.of(version, alias))
                  .toList());
    }
    Output output = lineage.output();
    if (lineage.json()) {
      output.json(report);
      return ExitCode.DONE.code();
    }
    output.line(header());
    report.versions().forEach(version -> output.line(row(version)));
    output.line(summary(report));
    return ExitCode.DONE.code();
  }

  private String header() {
    String row =
        wide
            ? WIDE.formatted(
                "version", "time", "method", "entropy", "bytes", "step", "parent", "frame", "codec",
                "samples", "")
            : ROW.formatted("version", "time", "method", "entropy", "bytes", "");
    return row.stripTrailing();
  }

  private String row(VersionLine version) {
    Double entropy = version.metrics().get(ENTROPY);
    String surprise = entropy == null ? "-" : String.format(Locale.ROOT, "%.3f", entropy);
    String time = LineagesCommand.seconds(version.createdAt());
    String aliases = String.join(", ", version.aliases());
    String row =
        wide
            ? WIDE.formatted(
                version.version(),
                time,
                version.method(),
                surprise,
                version.bytes(),
                version.step(),
                version.parent(),
                version.frame(),
                version.codec(),
                version.samples().get(0) + ".." + version.samples().get(1),
                aliases)
            : ROW.formatted(
                version.version(), time, version.method(), surprise, version.bytes(), aliases);
    return row.stripTrailing();
  }

  private static String count(Report report) {
    int listed = report.versions().size();
    boolean none = listed == 0 && report.live() == 0 && report.epoch() == 0;
    return none ? "no version yet" : listed + (listed == 1 ? " version" : " versions");
  }

  private static String summary(Report report) {
    return report.lineage()
        + ": "
        + count(report)
        + ", "
        + (report.live() == 0 ? "the base model" : "version " + report.live())
        + " is live"
        + (report.pinned() ? " and pinned" : "")
        + (report.paused() ? ", learning is paused" : "")
        + ", epoch "
        + report.epoch();
  }
}
