package dev.meander.app.command;

import dev.meander.app.versions.VersionLog;
import dev.meander.schemas.record.AliasRecord;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code meander versions}: the versions of a lineage on the log. */
@Command(
    name = "versions",
    description = {
      "Lists the versions of a lineage on the log, and which of them serves.",
      "Exit codes: 0 done, 1 a record cannot be read, 2 wrong use, 3 unreachable."
    })
public final class VersionsCommand implements Callable<Integer> {

  private static final String ROW = "%7s %7s  %-5s  %-10s %9s %7s %15s  %-12s  %s";

  @Mixin private final LineageAccess lineage = new LineageAccess();

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
    Report report;
    try (VersionLog log = lineage.open()) {
      AliasRecord alias = log.alias();
      report =
          new Report(
              lineage.lineage().toString(),
              alias == null ? 0 : alias.getLive(),
              alias == null ? null : alias.getPrevious(),
              alias != null && alias.getPinned(),
              alias != null && alias.getPaused(),
              alias == null ? 0 : alias.getEpoch(),
              log.versions().stream().map(version -> VersionLine.of(version, alias)).toList());
    }
    Output output = lineage.output();
    if (lineage.json()) {
      output.json(report);
      return ExitCode.DONE.code();
    }
    output.line(
        ROW.formatted(
            "version", "parent", "frame", "codec", "bytes", "step", "samples", "content", ""));
    report.versions().forEach(version -> output.line(row(version)));
    output.line(summary(report));
    return ExitCode.DONE.code();
  }

  private static String row(VersionLine version) {
    return ROW.formatted(
            version.version(),
            version.parent(),
            version.frame(),
            version.codec(),
            version.bytes(),
            version.step(),
            version.samples().get(0) + ".." + version.samples().get(1),
            version.shortContent(),
            String.join(", ", version.aliases()))
        .stripTrailing();
  }

  private static String summary(Report report) {
    return report.lineage()
        + ": "
        + report.versions().size()
        + (report.versions().size() == 1 ? " version, " : " versions, ")
        + (report.live() == 0 ? "the base model" : "version " + report.live())
        + " is live"
        + (report.pinned() ? " and pinned" : "")
        + (report.paused() ? ", learning is paused" : "")
        + ", epoch "
        + report.epoch();
  }
}
