package dev.meander.schemas.time;

import dev.meander.schemas.log.RateLimitedLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time as the brokers have it. A broker refuses a record whose time is more than an hour ahead
 * of its own ({@code message.timestamp.after.max.ms}), so that a process whose clock is wrong could
 * write nothing; what is stamped with this clock is taken. The difference is measured when {@link
 * #measure} is called, or learnt from a refusal, and warned of once a minute at most; one of less
 * than a minute counts as none, because measuring is no finer than an answer takes.
 *
 * <p>Thread-safety: safe.
 */
public final class ClusterClock extends Clock {

  /** Differences up to this are left as they are. */
  public static final Duration TOLERATED = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(ClusterClock.class);

  /** How a broker names the times it takes. */
  private static final Pattern TAKEN =
      Pattern.compile("Timestamp (-?\\d+) of message .* within \\[(-?\\d+), (-?\\d+)\\]");

  /** Room for the time between stamping and the broker's look. */
  private static final long MARGIN_MILLIS = 10_000;

  /** A refusal says which times are taken, not what time it is. */
  private static final String AT_LEAST = "at least ";

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Clock own;
  private final RateLimitedLog warnings;
  private final LongSupplier nanos;
  private volatile long aheadMillis;
  private volatile long measureAtNanos;

  private ClusterClock(Clock own, LongSupplier nanos) {
    this.own = own;
    this.nanos = nanos;
    this.measureAtNanos = nanos.getAsLong();
    this.warnings = new RateLimitedLog(LOG, nanos);
  }

  /** {@code own} itself when it is one, else one that starts without a difference. */
  public static ClusterClock of(Clock own) {
    return of(own, () -> TimeUnit.MILLISECONDS.toNanos(own.millis()));
  }

  static ClusterClock of(Clock own, LongSupplier nanos) {
    return own instanceof ClusterClock cluster ? cluster : new ClusterClock(own, nanos);
  }

  @Override
  public long millis() {
    return own.millis() - aheadMillis;
  }

  @Override
  public Instant instant() {
    return own.instant().minusMillis(aheadMillis);
  }

  @Override
  public ZoneId getZone() {
    return own.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return own.withZone(zone);
  }

  /**
   * Measures, unless that was done within the last minute; a cluster that does not tell is left.
   */
  public void measure(Admin admin) throws InterruptedException {
    long now = nanos.getAsLong();
    if (now - measureAtNanos < 0) {
      return;
    }
    measureAtNanos = now + RateLimitedLog.EVERY.toNanos();
    OptionalLong found = aheadMillis(admin, own);
    if (found.isPresent()) {
      differs(found.getAsLong(), "");
    }
  }

  /**
   * How far {@code clock} is ahead of the cluster's, in milliseconds, negative when it is behind;
   * empty where the cluster does not tell, as to one who may not DESCRIBE it.
   */
  public static OptionalLong aheadMillis(Admin admin, Clock clock) throws InterruptedException {
    try {
      long before = clock.millis();
      QuorumInfo quorum =
          admin
              .describeMetadataQuorum(
                  new DescribeMetadataQuorumOptions().timeoutMs((int) ANSWER.toMillis()))
              .quorumInfo()
              .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      long middle = before + (clock.millis() - before) / 2;
      // a leader has always caught up with itself: it says what time it is
      return quorum.voters().stream()
          .filter(voter -> voter.replicaId() == quorum.leaderId())
          .map(QuorumInfo.ReplicaState::lastCaughtUpTimestamp)
          .filter(OptionalLong::isPresent)
          .mapToLong(time -> middle - time.getAsLong())
          .findFirst();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the cluster does not tell its time", e);
      return OptionalLong.empty();
    }
  }

  /** Learns from why a record was refused; true when it is to be sent again with another time. */
  public boolean learn(Exception failure) {
    if (!(failure instanceof InvalidTimestampException)) {
      return false;
    }
    Matcher taken = TAKEN.matcher(String.valueOf(failure.getMessage()));
    if (taken.find()) {
      long found = Long.parseLong(taken.group(1));
      long from = Long.parseLong(taken.group(2));
      long to = Long.parseLong(taken.group(3));
      long now = own.millis();
      if (found > to && now > to - MARGIN_MILLIS) {
        differs(now - to + MARGIN_MILLIS, AT_LEAST);
      } else if (found < from && now < from + MARGIN_MILLIS) {
        differs(now - from - MARGIN_MILLIS, AT_LEAST);
      }
    }
    return true; // another record of its batch may have been the one
  }

  private void differs(long millis, String atLeast) {
    boolean tolerated = Math.abs(millis) <= TOLERATED.toMillis();
    aheadMillis = tolerated ? 0 : millis;
    if (!tolerated) {
      warnings.warn(
          "clock",
          () ->
              difference(millis, atLeast)
                  + "; records are stamped with the cluster's time meanwhile: set the clock");
    }
  }

  /** What is said of a difference, such as {@code ... is 3 h 0 min ahead of the cluster's}. */
  public static String difference(long aheadMillis) {
    return difference(aheadMillis, "");
  }

  private static String difference(long aheadMillis, String atLeast) {
    Duration size = Duration.ofSeconds(Math.round(Math.abs(aheadMillis) / 1000.0));
    String text =
        size.toDays() > 0
            ? size.toDays() + " d " + size.toHoursPart() + " h"
            : size.toHours() > 0
                ? size.toHours() + " h " + size.toMinutesPart() + " min"
                : size.toMinutes() + " min " + size.toSecondsPart() + " s";
    return "the clock of this machine is "
        + atLeast
        + text
        + (aheadMillis > 0 ? " ahead of" : " behind")
        + " the cluster's";
  }
}
