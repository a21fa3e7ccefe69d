package dev.meander.app.versions;

import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.CommandAnswer;
import dev.meander.schemas.record.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what happened to a lineage from what lies on the log of it: an order and its answer
 * are one entry, an alias that moved by an order is none of its own.
 *
 * <p>Thread-safety: none.
 */
public final class LineageHistory {

  private record Dated(Instant at, HistoryEntry entry) {}

  private final Map<String, Command> orders = new LinkedHashMap<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final List<AliasRecord> moves = new ArrayList<>();

  /** Takes an order. */
  public void add(Command order) {
    orders.putIfAbsent(order.getId(), order);
  }

  /** Takes what a stage said. */
  public void add(Decision decision) {
    decisions.add(decision);
  }

  /** Takes an alias. */
  public void add(AliasRecord move) {
    moves.add(move);
  }

  /** All of it, oldest first. */
  public List<HistoryEntry> entries() {
    List<Dated> entries = new ArrayList<>();
    Set<String> answered = new HashSet<>();
    for (Decision decision : decisions) {
      CommandAnswer answer = decision.getAnswer();
      if (answer != null) {
        answered.add(answer.getCommand());
        entries.add(
            order(
                decision.getEventTime(),
                answer.getKind(),
                orders.get(answer.getCommand()),
                decision.getOutcome(),
                decision.getVersion(),
                decision.getReasons()));
      } else if (isWorthTelling(decision)) {
        entries.add(verdict(decision));
      }
    }
    orders.forEach(
        (id, order) -> {
          if (!answered.contains(id)) {
            entries.add(
                order(
                    order.getTime(),
                    order.getKind(),
                    order,
                    "UNANSWERED",
                    HistoryEntry.NONE,
                    List.of()));
          }
        });
    moves.stream()
        .filter(move -> move.getCommand() == null || !answered.contains(move.getCommand()))
        .forEach(move -> entries.add(move(move)));
    entries.sort(Comparator.comparing(Dated::at)); // stable: the log's order within a time
    return entries.stream().map(Dated::entry).toList();
  }

  /** What the guard lets through is a version; what the gate counts is no event of a lineage. */
  private static boolean isWorthTelling(Decision decision) {
    return switch (decision.getStage()) {
      case "guard" -> !decision.getOutcome().equals("PROMOTE");
      case "publish" -> true;
      default -> false;
    };
  }

  private static Dated order(
      Instant at,
      String kind,
      @Nullable Command order,
      String outcome,
      long live,
      List<String> reasons) {
    Long version = order == null ? null : order.getVersion();
    List<String> evidence = new ArrayList<>();
    if (order != null) {
      new TreeMap<>(order.getEvidence()).forEach((key, text) -> evidence.add(key + "=" + text));
    }
    return new Dated(
        at,
        new HistoryEntry(
            at.toString(),
            kind.toLowerCase(Locale.ROOT),
            version == null ? HistoryEntry.NONE : version,
            order == null ? "" : order.getWho(),
            order == null ? "" : order.getWhy(),
            outcome,
            live,
            reasons,
            evidence));
  }

  private static Dated verdict(Decision decision) {
    return new Dated(
        decision.getEventTime(),
        new HistoryEntry(
            decision.getEventTime().toString(),
            decision.getStage(),
            decision.getVersion(),
            "",
            "",
            decision.getOutcome(),
            HistoryEntry.NONE,
            decision.getReasons(),
            List.of()));
  }

  private static Dated move(AliasRecord move) {
    return new Dated(
        move.getEventTime(),
        new HistoryEntry(
            move.getEventTime().toString(),
            move.getCause().toLowerCase(Locale.ROOT),
            move.getLive(),
            "",
            move.getReason(),
            "MOVED",
            move.getLive(),
            List.of(),
            List.of()));
  }
}
