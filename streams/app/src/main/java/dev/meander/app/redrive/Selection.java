package dev.meander.app.redrive;

import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.DeadLetter;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant. A condition that is empty or null holds for all of them.
 *
 * @param topics full names of topics they came from
 * @param reasons why they were refused
 * @param keys their keys as text
 * @param lineages lineages that their keys or their records name
 * @param partition of the dead-letter topic; null for all
 * @param from where in the dead-letter topic to begin
 * @param to where to end, exclusive
 */
public record Selection(
    Set<String> topics,
    Set<RejectReason> reasons,
    Set<String> keys,
    Set<String> lineages,
    @Nullable Integer partition,
    Bound from,
    Bound to) {

  /** Every letter. */
  public static final Selection ALL =
      new Selection(Set.of(), Set.of(), Set.of(), Set.of(), null, Bound.NONE, Bound.NONE);

  /**
   * An end of a range of the log: at most one of both is given.
   *
   * @param offset in a partition
   * @param time of a record
   */
  public record Bound(@Nullable Long offset, @Nullable Instant time) {

    /** No end. */
    public static final Bound NONE = new Bound(null, null);
  }

  public Selection {
    topics = Set.copyOf(topics);
    reasons = Set.copyOf(reasons);
    keys = Set.copyOf(keys);
    lineages = Set.copyOf(lineages);
  }

  /** Whether {@code letter}, which lies within the range of the log, is meant. */
  boolean holds(Letter letter, RecordLineage lineage) {
    DeadLetter cause = letter.cause();
    String key = letter.key();
    Long fromOffset = from.offset();
    Instant fromTime = from.time();
    Long toOffset = to.offset();
    Instant toTime = to.time();
    long offset = letter.record().offset();
    Instant time = Instant.ofEpochMilli(letter.record().timestamp());
    return (topics.isEmpty() || (cause != null && topics.contains(cause.topic())))
        && (reasons.isEmpty()
            || (cause != null && cause.reason() != null && reasons.contains(cause.reason())))
        && (keys.isEmpty() || (key != null && keys.contains(key)))
        && (fromOffset == null || offset >= fromOffset)
        && (fromTime == null || !time.isBefore(fromTime))
        && (toOffset == null || offset < toOffset)
        && (toTime == null || time.isBefore(toTime))
        && (lineages.isEmpty()
            || (key != null && lineages.contains(key))
            || lineages.contains(lineage.of(letter)));
  }
}
