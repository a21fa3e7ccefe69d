package dev.meander.app.command;

import dev.meander.app.versions.StoredVersion;
import dev.meander.app.versions.VersionLog;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.BlockDifference;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meander diff}: two versions, block by block. */
@Command(
    name = "diff",
    description = {
      "Compares two versions block by block: norms, norm of the difference, cosine, share of"
          + " floats",
      "whose bits differ. Both records pass the checks of a serving node first.",
      "Exit codes: 0 done, 1 a version fails a check, 2 wrong use, 3 unreachable."
    })
public final class DiffCommand implements Callable<Integer> {

  private static final String ROW = "%-32s %8s %12s %12s %12s %9s %8s";

  @Mixin private final LineageAccess lineage = new LineageAccess();

  @Option(names = "--from", paramLabel = "N", required = true, description = "First version.")
  private long from;

  @Option(names = "--to", paramLabel = "N", required = true, description = "Second version.")
  private long to;

  /**
   * What was found; printed as JSON.
   *
   * @param total all blocks as one; null when the versions have two layouts
   */
  record Report(
      String lineage,
      long from,
      long to,
      @Nullable BlockDifference total,
      List<BlockDifference> blocks) {}

  @Override
  public Integer call() {
    Report report = report();
    Output output = lineage.output();
    if (lineage.json()) {
      output.json(report);
      return ExitCode.DONE.code();
    }
    output.line(
        ROW.formatted(
            "block", "floats", "norm " + from, "norm " + to, "difference", "cosine", "changed"));
    report.blocks().forEach(block -> output.line(row(block)));
    if (report.total() != null) {
      output.line(row(report.total()));
    }
    return ExitCode.DONE.code();
  }

  private Report report() {
    try (VersionLog log = lineage.open()) {
      List<StoredVersion> versions = log.versions();
      StoredVersion first = lineage.version("--from", versions, from);
      StoredVersion second = lineage.version("--to", versions, to);
      AdapterWeights before = log.weights(first, versions);
      AdapterWeights after = log.weights(second, versions);
      lineage.say(log.passedOver());
      boolean same = before.layout().equals(after.layout());
      return new Report(
          lineage.lineage().toString(),
          from,
          to,
          same ? BlockDifference.total(before, after) : null,
          BlockDifference.between(before, after));
    }
  }

  private static String row(BlockDifference block) {
    return ROW.formatted(
        block.block(),
        block.size(),
        number("%.6g", block.fromNorm()),
        number("%.6g", block.toNorm()),
        number("%.6g", block.differenceNorm()),
        number("%.6f", block.cosine()),
        number("%.4f", block.changedFraction()));
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : format.formatted(value);
  }
}
