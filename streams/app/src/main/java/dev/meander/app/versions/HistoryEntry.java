package dev.meander.app.versions;

import java.util.List;

/**
 * One thing that happened to a lineage.
 *
 * @param at when, ISO-8601: an order when it was answered, all else by the time of its events
 * @param what an order or what moved by itself, such as {@code rollback} or {@code publish}
 * @param version it is about: of an order the one it names, else what is live after it; -1 when
 *     none is named
 * @param who ordered it; empty when nobody did
 * @param why it was ordered; empty when nothing was said
 * @param outcome APPLIED, REFUSED or REPEATED of an order, UNANSWERED as long as it is none of
 *     these; MOVED of an alias that moved by itself; HOLD, ROLLBACK and the like of guard and
 *     publisher
 * @param live version that serves after it; -1 when that is not known
 * @param reasons of a refusal or a verdict, or remarks
 * @param evidence what an order rests on, {@code key=text}
 */
public record HistoryEntry(
    String at,
    String what,
    long version,
    String who,
    String why,
    String outcome,
    long live,
    List<String> reasons,
    List<String> evidence) {

  /** Nothing is named. */
  public static final long NONE = -1;

  public HistoryEntry {
    reasons = List.copyOf(reasons);
    evidence = List.copyOf(evidence);
  }
}
