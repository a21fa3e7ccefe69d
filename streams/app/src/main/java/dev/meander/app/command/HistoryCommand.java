package dev.meander.app.command;

import dev.meander.app.versions.HistoryEntry;
import dev.meander.app.versions.VersionLog;
import dev.meander.schemas.record.AliasRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meander history}: what was ordered of a lineage, and what moved by itself. */
@Command(
    name = "history",
    description = {
      "Lists what was ordered of a lineage, by whom, why and with what outcome, and what guard and",
      "publisher held back or moved, newest last; as far as it is still on the log.",
      "Exit codes: 0 done, 1 no such lineage, 2 wrong use, 3 unreachable."
    })
public final class HistoryCommand implements Callable<Integer> {

  private static final String PUBLISH = "publish";

  @Mixin private final LineageAccess lineage = new LineageAccess();

  @Option(
      names = "--since",
      paramLabel = "TIME|DURATION",
      description = "From a time such as 2026-01-31T12:00:00Z on, or from 30m, 2h or 7d ago on.")
  private @Nullable String since;

  @Option(names = "--all", description = "Lists every publication, too.")
  private boolean all;

  /** What was found; printed as JSON. */
  record Report(String lineage, List<HistoryEntry> entries) {}

  @Override
  public Integer call() {
    Instant from = lineage.since(since, Clock.systemUTC());
    List<HistoryEntry> entries;
    try (VersionLog log = lineage.open()) {
      AliasRecord alias = log.alias();
      entries = log.history();
      lineage.say(log.passedOver());
      if (alias == null && entries.isEmpty()) {
        lineage.checkConfigured();
      }
    }
    List<HistoryEntry> shown =
        entries.stream()
            .filter(entry -> !Instant.parse(entry.at()).isBefore(from))
            .filter(entry -> all || !isPublication(entry))
            .toList();
    Output output = lineage.output();
    if (lineage.json()) {
      output.json(new Report(lineage.lineage().toString(), shown));
      return ExitCode.DONE.code();
    }
    shown.forEach(entry -> output.line(line(entry)));
    long hidden = all ? 0 : entries.stream().filter(HistoryCommand::isPublication).count();
    output.line(
        lineage.lineage()
            + ": "
            + shown.size()
            + (shown.size() == 1 ? " entry" : " entries")
            + (hidden == 0 ? "" : ", without publications; --all lists them"));
    return ExitCode.DONE.code();
  }

  private static boolean isPublication(HistoryEntry entry) {
    return entry.what().equals(PUBLISH) && entry.outcome().equals("MOVED");
  }

  static String line(HistoryEntry entry) {
    List<String> parts = new ArrayList<>();
    parts.add(entry.outcome().toLowerCase(Locale.ROOT));
    if (entry.live() != HistoryEntry.NONE) {
      parts.add((entry.live() == 0 ? "the base model" : "version " + entry.live()) + " is live");
    }
    parts.addAll(entry.reasons());
    if (!entry.who().isEmpty() || !entry.why().isEmpty()) {
      parts.add(
          (entry.who().isEmpty() ? "" : "by " + entry.who())
              + (entry.why().isEmpty() ? "" : (entry.who().isEmpty() ? "" : ": ") + entry.why()));
    }
    parts.addAll(entry.evidence());
    String what =
        entry.what() + (entry.version() == HistoryEntry.NONE ? "" : " " + entry.version());
    return "%-20s  %-14s  %s"
        .formatted(LineagesCommand.seconds(entry.at()), what, String.join("; ", parts));
  }
}
