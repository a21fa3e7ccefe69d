package dev.meander.app.command;

import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.LineageIndex;
import dev.meander.app.versions.LineageSummary;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meander lineages}: all lineages of a cluster. */
@Command(
    name = "lineages",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the lineages of a cluster: what serves, versions on the log, when that changed last,",
      "the method of the newest version, and how many nodes serve the live one.",
      "Exit codes: 0 done, 2 wrong use, 3 unreachable."
    })
public final class LineagesCommand implements Callable<Integer> {

  private static final int NAME_MIN = 7;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** What was found; printed as JSON. */
  record Report(List<LineageSummary> lineages, int unreadable) {}

  @Override
  public Integer call() {
    Cluster cluster = connection.read().cluster();
    LineageIndex index = LineageIndex.read(cluster, () -> {});
    Report report = new Report(LineageSummary.read(cluster, index, () -> {}), index.unreadable());
    Output output = new Output(spec);
    if (json) {
      output.json(report);
    } else {
      print(report, output);
    }
    return ExitCode.DONE.code();
  }

  private static void print(Report report, Output output) {
    int width =
        report.lineages().stream()
            .mapToInt(lineage -> lineage.lineage().length())
            .reduce(NAME_MIN, Math::max);
    String row = "%-" + width + "s %7s %8s  %-20s  %-10s %-7s %s";
    output.line(
        row.formatted("lineage", "live", "versions", "last change", "method", "nodes", "")
            .stripTrailing());
    for (LineageSummary lineage : report.lineages()) {
      output.line(
          row.formatted(
                  lineage.lineage(),
                  lineage.live() == 0 ? "base" : lineage.live(),
                  lineage.versions(),
                  seconds(lineage.changedAt()),
                  lineage.method(),
                  lineage.nodesLive() + " of " + lineage.nodes(),
                  (lineage.pinned() ? "pinned " : "") + (lineage.paused() ? "paused" : ""))
              .stripTrailing());
    }
    int number = report.lineages().size();
    output.line(number + (number == 1 ? " lineage" : " lineages"));
    if (report.unreadable() > 0) {
      output.line(report.unreadable() + " records of aliases could not be read");
    }
  }

  /** A time as ISO-8601 without what is below a second. */
  static String seconds(String instant) {
    return instant.replaceFirst("[.][0-9]+Z$", "Z");
  }
}
