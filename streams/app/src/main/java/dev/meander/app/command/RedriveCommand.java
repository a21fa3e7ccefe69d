package dev.meander.app.command;

import dev.meander.app.connection.Connection;
import dev.meander.app.connection.ConnectionOptions;
import dev.meander.app.redrive.LetterOutcome;
import dev.meander.app.redrive.ListedLetter;
import dev.meander.app.redrive.Redrive;
import dev.meander.app.redrive.RedriveReport;
import dev.meander.app.redrive.Selection;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.Printable;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.RecordSerdes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander redrive}: looks at dead letters and sends them again. */
@Command(
    name = "redrive",
    description = {
      "Lists dead letters and, with --send, sends them again to the topic they came from:",
      "original key, bytes, headers and time, and the header meander.redrive-count.",
      "Without --send nothing is written. A letter is sent once, however often it is asked for.",
      "Exit codes: 0 done, 1 a topic refused a letter, 2 wrong use, 3 unreachable."
    },
    mixinStandardHelpOptions = true)
public final class RedriveCommand implements Callable<Integer> {

  private static final int LETTERS_MAX = 1_000_000;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      split = ",",
      description = "Only letters from these topics, such as traffic or samples.")
  private List<String> topics = List.of();

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      split = ",",
      description = "Only letters with these reasons: ${COMPLETION-CANDIDATES}.")
  private List<RejectReason> reasons = List.of();

  @Option(names = "--key", paramLabel = "TEXT", description = "Only letters with these keys.")
  private List<String> keys = List.of();

  @Option(
      names = "--lineage",
      paramLabel = "ID",
      split = ",",
      description =
          "Only letters of these lineages, by their key or, with --registry, their record.")
  private List<String> lineages = List.of();

  @Option(
      names = "--partition",
      paramLabel = "N",
      description = "Only letters in this partition of the dead-letter topic.")
  private @Nullable Integer partition;

  @Option(
      names = "--from",
      paramLabel = "OFFSET|TIME",
      description =
          "First letter: an offset with --partition, or a time such as 2026-01-31T10:00:00Z.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "OFFSET|TIME", description = "End of the range, exclusive.")
  private @Nullable String to;

  @Option(names = "--send", description = "Sends; without it the letters are only listed.")
  private boolean send;

  @Option(
      names = "--again",
      description = "Sends letters that an earlier run has sent, too; they will be seen twice.")
  private boolean again;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Most letters to send or list; ${DEFAULT-VALUE} by default.")
  private int limit;

  @Option(
      names = "--redrives-max",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often one record may be sent again in all; ${DEFAULT-VALUE} by default.")
  private int redrivesMax;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() {
    between("--limit", limit, LETTERS_MAX);
    between("--redrives-max", redrivesMax, 1_000);
    Connection cluster = connection.read();
    Selection selection = selection(cluster);
    try (TopicAdmin admin = cluster.topics()) {
      admin.cluster(); // says within its bound that nothing answers
    }
    RedriveReport report = run(cluster, selection);
    Output output = new Output(spec);
    if (json) {
      output.json(report);
    } else {
      report.letters().forEach(letter -> output.line(line(letter)));
      summary(report).forEach(output::line);
    }
    return ExitCode.DONE.code();
  }

  private RedriveReport run(Connection cluster, Selection selection) {
    Redrive.Limits limits = new Redrive.Limits(limit, redrivesMax, again);
    String url = cluster.registry();
    if (url == null || lineages.isEmpty()) {
      return run(new Redrive(cluster.client(), cluster.names(), null), selection, limits);
    }
    try (RecordSerdes serdes = RecordSerdes.open(cluster.registryClient(url))) {
      return run(new Redrive(cluster.client(), cluster.names(), serdes), selection, limits);
    }
  }

  private RedriveReport run(Redrive redrive, Selection selection, Redrive.Limits limits) {
    return send ? redrive.send(selection, limits) : redrive.list(selection, limits);
  }

  private Selection selection(Connection cluster) {
    String first = cluster.names().prefix() + ".";
    Set<String> full = new TreeSet<>();
    topics.forEach(name -> full.add(name.startsWith(first) ? name : first + name));
    for (String lineage : lineages) {
      try {
        LineageId.parse(lineage);
      } catch (IllegalArgumentException e) {
        throw wrongUse("--lineage: " + e.getMessage());
      }
    }
    if (partition != null && partition < 0) {
      throw wrongUse("expected --partition >= 0, found " + partition);
    }
    EnumSet<RejectReason> wanted = EnumSet.noneOf(RejectReason.class);
    wanted.addAll(reasons);
    return new Selection(
        full,
        wanted,
        Set.copyOf(keys),
        Set.copyOf(lineages),
        partition,
        bound("--from", from),
        bound("--to", to));
  }

  private Selection.Bound bound(String option, @Nullable String text) {
    if (text == null) {
      return Selection.Bound.NONE;
    }
    if (text.matches("[0-9]{1,18}")) {
      if (partition == null) {
        throw wrongUse("expected --partition with an offset in " + option + ", found none");
      }
      return new Selection.Bound(Long.valueOf(text), null);
    }
    try {
      return new Selection.Bound(null, Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw wrongUse(
          "%s: expected an offset or a time such as 2026-01-31T10:00:00Z, found \"%s\""
              .formatted(option, text));
    }
  }

  private void between(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw wrongUse("expected " + option + " from 1 to " + max + ", found " + value);
    }
  }

  private static String line(ListedLetter letter) {
    return "%-10s %s  %s  %s  key %s  %d bytes  %s%s"
        .formatted(
            letter.letter(),
            letter.time(),
            letter.origin() == null ? "unknown origin" : letter.origin(),
            letter.reason() == null ? "no reason" : letter.reason(),
            letter.key() == null ? "none" : Printable.shortened(letter.key()),
            letter.bytes(),
            letter.outcome(),
            letter.message().isEmpty() ? "" : ": " + letter.message());
  }

  private static List<String> summary(RedriveReport report) {
    List<String> lines = new ArrayList<>();
    if (report.counts().isEmpty()) {
      lines.add("no dead letter on " + report.topic() + " is selected");
    }
    report
        .counts()
        .forEach(
            (outcome, count) ->
                lines.add(
                    "%d letter%s %s".formatted(count, count == 1 ? "" : "s", outcome.meaning())));
    if (report.more()) {
      lines.add("more letters are selected; raise --limit or repeat with --send");
    }
    if (report.count(LetterOutcome.WOULD_SEND) > 0) {
      lines.add("nothing was sent; add --send to send");
    }
    return lines;
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
