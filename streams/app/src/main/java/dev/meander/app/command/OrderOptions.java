package dev.meander.app.command;

import dev.meander.app.versions.Answered;
import dev.meander.app.versions.OrderClient;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.record.Command;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a command that changes what a lineage serves or learns, and how it is sent. */
final class OrderOptions {

  @Mixin private final LineageAccess lineage = new LineageAccess();

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "Person or program that orders it; the user's name by default.")
  private String who = System.getProperty("user.name", "");

  @Option(names = "--why", paramLabel = "TEXT", description = "Reason, for the log.")
  private String why = "";

  @Option(
      names = "--evidence",
      paramLabel = "KEY=TEXT",
      description = "What the order rests on, for the log; may be repeated.")
  private Map<String, String> evidence = new TreeMap<>();

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = {
        "Names the order: one that was applied and is sent again does nothing.",
        "A new one by default."
      })
  private String id = UUID.randomUUID().toString();

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "Longest time to wait for the answer; ${DEFAULT-VALUE} by default.")
  private int waitSeconds;

  /** Sends the order, waits for the answer, and prints it. */
  int order(CommandKind kind, @Nullable Long version) {
    if (waitSeconds < 1 || waitSeconds > 3600) {
      throw lineage.wrong("expected --wait of 1 to 3600 seconds, found " + waitSeconds);
    }
    if (version != null && version < 0) {
      throw lineage.wrong("expected --version >= 0, found " + version);
    }
    if (!id.matches("[A-Za-z0-9._:-]{1,64}")) {
      throw lineage.wrong(
          "expected --id of 1 to 64 letters, digits, '.', '_', ':' or '-', found \"" + id + "\"");
    }
    Command command =
        Command.newBuilder()
            .setId(id)
            .setLineage(lineage.lineage().toString())
            .setKind(kind.name())
            .setVersion(version)
            .setWho(who)
            .setWhy(why)
            .setEvidence(evidence)
            .setTime(Instant.now().truncatedTo(ChronoUnit.MILLIS))
            .build();
    lineage.checkModel();
    Answered answer;
    try (OrderClient client =
        new OrderClient(lineage.cluster(), Clock.systemUTC(), System::nanoTime)) {
      answer = client.send(command, Duration.ofSeconds(waitSeconds));
    }
    Output output = lineage.output();
    if (lineage.json()) {
      output.json(answer);
    } else {
      output.line(line(answer));
    }
    return (answer.done() ? ExitCode.DONE : ExitCode.CHECK_FAILED).code();
  }

  private String line(Answered answer) {
    String what = answer.kind().toLowerCase(Locale.ROOT) + " of " + lineage.lineage() + ": ";
    String reasons = String.join("; ", answer.reasons());
    return switch (answer.outcome()) {
      case "REFUSED" -> what + "refused: " + reasons;
      case "REPEATED" -> what + reasons;
      default ->
          what
              + (reasons.isEmpty() ? "applied" : reasons)
              + ", "
              + (answer.live() == 0 ? "the base model" : "version " + answer.live())
              + " is live in epoch "
              + answer.epoch()
              + (answer.sampleOffset() < 0
                  ? ""
                  : ", after the sample at offset " + answer.sampleOffset())
              + (answer.samplesPassed() == 0
                  ? ""
                  : ", " + answer.samplesPassed() + " samples were passed over")
              + " (%.0f ms)".formatted(answer.millis());
    };
  }
}
