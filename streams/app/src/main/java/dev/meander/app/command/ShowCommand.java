package dev.meander.app.command;

import dev.meander.app.versions.StoredVersion;
import dev.meander.app.versions.VersionLog;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.ServingAck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meander show}: one version, verified. */
@Command(
    name = "show",
    description = {
      "Shows one version: where it came from, its blocks, what the nodes said last. Its record",
      "passes the checks of a serving node first.",
      "Exit codes: 0 done, 1 the version fails a check, 2 wrong use, 3 unreachable."
    })
public final class ShowCommand implements Callable<Integer> {

  @Mixin private final LineageAccess lineage = new LineageAccess();

  @Option(names = "--version", paramLabel = "N", required = true, description = "The version.")
  private long version;

  /** One block of a version. */
  record BlockLine(String name, String role, List<Integer> shape) {

    static BlockLine of(Block block) {
      return new BlockLine(
          block.name(), block.role().name(), Arrays.stream(block.shape()).boxed().toList());
    }
  }

  /** What was found; printed as JSON. */
  record Report(
      String lineage,
      boolean paused,
      VersionLine version,
      List<BlockLine> blocks,
      Map<String, String> nodes) {}

  @Override
  public Integer call() {
    Report report = report();
    Output output = lineage.output();
    if (lineage.json()) {
      output.json(report);
    } else {
      lines(report).forEach(output::line);
    }
    return ExitCode.DONE.code();
  }

  private Report report() {
    try (VersionLog log = lineage.open()) {
      List<StoredVersion> versions = log.versions();
      StoredVersion stored = lineage.version("--version", versions, version);
      AliasRecord alias = log.alias();
      AdapterWeights weights = log.weights(stored, versions);
      Map<String, String> nodes = nodes(log.acknowledgements());
      lineage.say(log.passedOver());
      return new Report(
          lineage.lineage().toString(),
          alias != null && alias.getPaused(),
          VersionLine.of(stored, alias),
          weights.layout().blocks().stream().map(BlockLine::of).toList(),
          nodes);
    }
  }

  private static Map<String, String> nodes(Map<String, ServingAck> acks) {
    Map<String, String> nodes = new TreeMap<>();
    acks.forEach((node, ack) -> nodes.put(node, ack.getOutcome() + " " + ack.getVersion()));
    return nodes;
  }

  private static List<String> lines(Report report) {
    VersionLine version = report.version();
    List<String> lines = new ArrayList<>();
    lines.add(
        "version "
            + version.version()
            + " of "
            + report.lineage()
            + (version.aliases().isEmpty() ? "" : ", " + String.join(", ", version.aliases()))
            + (report.paused() ? "; learning is paused" : ""));
    lines.add("  content   " + version.content() + ", verified");
    lines.add("  state     " + version.state());
    lines.add("  base      " + version.base());
    lines.add("  parent    " + version.parent());
    lines.add(
        "  record    %s, %s, %d bytes in %s, relative error %s"
            .formatted(
                version.frame(),
                version.codec(),
                version.bytes(),
                version.chunks() == 0 ? "one piece" : version.chunks() + " chunks",
                version.relativeError()));
    lines.add(
        "  made by   %s, configuration %s, seed %d, step %d, %d samples"
            .formatted(
                version.method(),
                version.config().substring(0, 12),
                version.seed(),
                version.step(),
                version.samplesSeen()));
    lines.add(
        "  samples   partition %d, offsets %d to %d"
            .formatted(
                version.samplesPartition(), version.samples().get(0), version.samples().get(1)));
    version
        .pauses()
        .forEach(
            pause ->
                lines.add(
                    "  without   %d samples of a pause, offsets %d to %d"
                        .formatted(pause.samples(), pause.firstOffset(), pause.lastOffset())));
    lines.add(
        "  machine   %s, %d engine thread%s, %s, %s"
            .formatted(
                version.engine(),
                version.engineThreads(),
                version.engineThreads() == 1 ? "" : "s",
                version.jvm(),
                version.platform()));
    lines.add("  created   " + version.createdAt());
    version.metrics().forEach((name, value) -> lines.add("  metric    " + name + " " + value));
    report
        .blocks()
        .forEach(
            block ->
                lines.add(
                    "  block     " + block.name() + " " + block.shape() + " " + block.role()));
    report.nodes().forEach((node, said) -> lines.add("  node      " + node + " " + said));
    return lines;
  }
}
