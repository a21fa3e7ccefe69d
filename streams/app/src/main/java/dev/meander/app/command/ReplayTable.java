package dev.meander.app.command;

import dev.meander.replay.recorded.ReplayReport;
import dev.meander.replay.recorded.ReplayRun;
import dev.meander.replay.recorded.VersionCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A replay's report as lines for people. */
final class ReplayTable {

  private static final int SHORT = 12;

  private ReplayTable() {}

  static List<String> lines(ReplayReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "lineage %s, configuration %s, base model %s, %s",
            report.lineage(),
            shortened(report.config()),
            shortened(report.base()),
            report.machine().engine()));
    lines.add(
        String.format("%8s  %-14s  %-12s  %s", "version", "verdict", "published", "recomputed"));
    report.versions().forEach(check -> versionLines(check, lines));
    if (!report.unrecorded().isEmpty()) {
      lines.add("recomputed and not on the log: " + numbers(report.unrecorded()));
    }
    lines.addAll(report.notes());
    runs(report.runs(), lines);
    lines.add(summary(report));
    return lines;
  }

  /** One line that says it all. */
  static String summary(ReplayReport report) {
    return report.equal()
        + " of "
        + report.versions().size()
        + " versions recomputed to the same hash, "
        + report.different()
        + " different, "
        + report.notComparable()
        + " not comparable, "
        + report.missing()
        + " without their samples";
  }

  private static void versionLines(VersionCheck check, List<String> lines) {
    lines.add(
        String.format(
            "%8d  %-14s  %-12s  %s",
            check.version(),
            check.verdict(),
            shortened(check.hash()),
            shortened(check.recomputed())));
    check.reasons().forEach(reason -> lines.add(" ".repeat(SHORT) + reason));
  }

  private static void runs(List<ReplayRun> runs, List<String> lines) {
    if (runs.isEmpty()) {
      return;
    }
    lines.add(
        String.format(
            "%-24s %-12s %8s %6s %8s %8s %8s",
            "candidate", "method", "samples", "steps", "versions", "entropy", "changed"));
    for (ReplayRun run : runs) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-24s %-12s %8d %6d %8d %8s %8s",
              run.name(),
              run.method(),
              run.adapted(),
              run.steps(),
              run.versions().size(),
              number("%.3f", 1, run.meanEntropy()),
              number("%.1f %%", 100, run.changedAnswers())));
    }
  }

  private static String number(String format, double factor, @Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, factor * value);
  }

  private static String shortened(@Nullable String hash) {
    return hash == null ? "-" : hash.substring(0, SHORT);
  }

  private static String numbers(List<Long> numbers) {
    return String.join(", ", numbers.stream().map(String::valueOf).toList());
  }
}
