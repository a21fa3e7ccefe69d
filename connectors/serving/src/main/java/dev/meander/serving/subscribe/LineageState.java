package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one lineage: the alias that is followed, the version that serves, and the
 * versions that could.
 *
 * <p>Thread-safety: none.
 */
final class LineageState {

  private static final long NONE = -1;

  private final LineageId lineage;
  private final SubscriptionLimits limits;
  private final TreeMap<Long, HeldVersion> held = new TreeMap<>();
  private final TreeMap<Long, Indexed> index = new TreeMap<>();
  private final TreeMap<Long, Refusal> refused = new TreeMap<>();
  private final Set<Long> reported = new HashSet<>();
  private @Nullable AliasMove alias;
  private long newestSeen;
  private long live;
  private long unavailable = NONE;
  private boolean missingReported;

  private record Indexed(LogPosition at, Sha256 content) {}

  LineageState(LineageId lineage, SubscriptionLimits limits) {
    this.lineage = lineage;
    this.limits = limits;
  }

  long live() {
    return live;
  }

  /** Takes a verified adapter; a move when the record itself calls for one, else null. */
  @Nullable Move hold(HeldVersion version, LogPosition at) {
    Move special = locate(version.version(), at);
    if (special == null) {
      keep(version);
    }
    return special;
  }

  /** Takes where an adapter lies that was not read; a move when its record calls for one. */
  @Nullable Move locate(AdapterVersion version, LogPosition at) {
    long number = version.number();
    Indexed known = index.get(number);
    if (known != null) {
      if (known.content().equals(version.content())) {
        return new Move.Ignore(lineage, Ignored.DUPLICATE);
      }
      return new Move.Refuse(
          lineage,
          number,
          Refusal.of(
              SubscriptionRefusal.VERSION_REUSED,
              "expected version "
                  + number
                  + " to be "
                  + known.content()
                  + " as before, found "
                  + version.content()));
    }
    refused.remove(number);
    reported.remove(number);
    index.put(number, new Indexed(at, version.content()));
    seen(number);
    while (index.size() > limits.versionsIndexed()) {
      index.pollFirstEntry();
    }
    return null;
  }

  /** Takes that a version cannot be read for now; a refusal when nobody was told of it. */
  Move unavailable(long version, Refusal refusal) {
    unavailable = version;
    return reported.add(version)
        ? new Move.Refuse(lineage, version, refusal)
        : new Move.Keep(lineage);
  }

  /** True when the version that is to serve could not be read. */
  boolean waits() {
    AliasMove followed = alias;
    return followed != null && followed.live() == unavailable && live != unavailable;
  }

  /** Tries again to read what could not be read. */
  Move retry() {
    unavailable = NONE;
    return next();
  }

  /** Takes a version that was decoded again. */
  void keep(HeldVersion version) {
    held.put(version.version().number(), version);
    seen(version.version().number());
    evict();
  }

  /** What was decoded of {@code version}; null when it is not held. */
  @Nullable AdapterWeights weights(long version) {
    HeldVersion found = held.get(version);
    return found == null ? null : found.weights();
  }

  /** Where {@code version} lies; null when that is not remembered. */
  @Nullable LogPosition position(long version) {
    Indexed found = index.get(version);
    return found == null ? null : found.at();
  }

  /** Takes an adapter that failed its checks. */
  void refuse(long version, Refusal refusal) {
    seen(version);
    if (held.containsKey(version) || index.containsKey(version)) {
      return;
    }
    refused.put(version, refusal);
    while (refused.size() > limits.versionsKept()) {
      reported.remove(refused.pollFirstEntry().getKey());
    }
  }

  /** A version that a slot did not take, or that could not be read back; said already. */
  void refuseForGood(long version, Refusal refusal) {
    held.remove(version);
    index.remove(version);
    refuse(version, refusal);
    reported.add(version);
  }

  /** Forgets a version whose record was removed from the log, unless it is needed. */
  void retire(long version) {
    seen(version);
    index.remove(version);
    refused.remove(version);
    reported.remove(version);
    if (!needed().contains(version)) {
      held.remove(version);
    }
  }

  /** Takes an alias; a move when it is not followed, else null. */
  @Nullable Move follow(AliasMove move) {
    AliasMove followed = alias;
    if (followed != null && move.epoch() <= followed.epoch()) {
      return new Move.Ignore(lineage, Ignored.STALE_EPOCH);
    }
    if (move.epoch() < 0 || move.live() < 0) {
      return new Move.Refuse(
          lineage,
          Math.max(0, move.live()),
          Refusal.of(
              SubscriptionRefusal.MALFORMED_ALIAS,
              "expected epoch >= 0 and a live version >= 0, found "
                  + move.epoch()
                  + " and "
                  + move.live()));
    }
    if (followed != null && move.live() < followed.live() && !move.rollback()) {
      alias = new AliasMove(move.epoch(), followed.live(), followed.previous(), false);
      return new Move.Refuse(
          lineage,
          move.live(),
          Refusal.of(
              SubscriptionRefusal.OLDER_WITHOUT_ROLLBACK,
              "expected a live version >= "
                  + followed.live()
                  + " or cause ROLLBACK, found version "
                  + move.live()));
    }
    alias = move;
    missingReported = false;
    return null;
  }

  void swapped(long version) {
    live = version;
    reported.remove(version);
    evict();
  }

  /** What there is to do for the alias that is followed, as far as it is known. */
  Move next() {
    AliasMove followed = alias;
    if (followed == null || followed.live() == live) {
      return new Move.Keep(lineage);
    }
    long target = followed.live();
    if (target == 0) {
      return new Move.Swap(HeldVersion.base(lineage));
    }
    HeldVersion ready = held.get(target);
    if (ready != null) {
      return new Move.Swap(ready);
    }
    Refusal refusal = refused.get(target);
    if (refusal != null) {
      return reported.add(target)
          ? new Move.Refuse(lineage, target, refusal)
          : new Move.Keep(lineage);
    }
    Indexed indexed = index.get(target);
    if (indexed != null) {
      return target == unavailable
          ? new Move.Keep(lineage)
          : new Move.ReadBack(lineage, target, indexed.at());
    }
    if (target > newestSeen) {
      return new Move.Await(lineage, target);
    }
    return missing(target);
  }

  private Move missing(long target) {
    if (missingReported) {
      return new Move.Keep(lineage);
    }
    missingReported = true;
    return new Move.Refuse(
        lineage,
        target,
        Refusal.of(
            SubscriptionRefusal.VERSION_NOT_HELD,
            "expected version "
                + target
                + " on the log, found up to version "
                + newestSeen
                + " without it"));
  }

  /**
   * Refusals nobody was told of, of versions that are newer than the one serving; older ones matter
   * only when an alias names them.
   */
  List<Move> unreported() {
    AliasMove followed = alias;
    long from = followed == null ? live + 1 : Math.max(live + 1, followed.live());
    List<Move> moves = new ArrayList<>();
    for (Map.Entry<Long, Refusal> entry : refused.tailMap(from, true).entrySet()) {
      if (reported.add(entry.getKey())) {
        moves.add(new Move.Refuse(lineage, entry.getKey(), entry.getValue()));
      }
    }
    return moves;
  }

  private void seen(long version) {
    newestSeen = Math.max(newestSeen, version);
  }

  private Set<Long> needed() {
    Set<Long> needed = new HashSet<>();
    needed.add(live);
    AliasMove followed = alias;
    if (followed != null) {
      needed.add(followed.live());
      if (followed.previous() != null) {
        needed.add(followed.previous());
      }
    }
    return needed;
  }

  /** Keeps the newest, however large, those that are needed, and as many as the limits allow. */
  private void evict() {
    Set<Long> kept = needed();
    long bytes = 0;
    int versions = 0;
    for (HeldVersion version : held.descendingMap().values()) {
      bytes += (long) Float.BYTES * version.weights().layout().size();
      versions++;
      if (versions > limits.versionsKept() || (versions > 1 && bytes > limits.decodedBytes())) {
        break;
      }
      kept.add(version.version().number());
    }
    held.keySet().retainAll(kept);
  }
}
