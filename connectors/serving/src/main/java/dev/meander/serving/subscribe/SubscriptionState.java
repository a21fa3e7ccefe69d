package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.LineageId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which version of each lineage serves, from adapter and alias records in any order. The
 * rules:
 *
 * <ul>
 *   <li>the live version is the one the alias with the largest epoch names;
 *   <li>it may be smaller than the last alias's only when the cause is a rollback;
 *   <li>a version that has not arrived is waited for, one that was refused is not served, and in
 *       both cases the version that serves stays.
 * </ul>
 *
 * <p>While catching up it only takes notes; {@link #settle} then gives one decision per lineage, so
 * that a node that starts does not serve its way through history.
 *
 * <p>Thread-safety: none. No clock, no Kafka, no model.
 */
final class SubscriptionState {

  private final String model;
  private final SubscriptionLimits limits;
  private final Map<LineageId, LineageState> lineages = new LinkedHashMap<>();
  private boolean catchingUp = true;

  /**
   * @param model name of the model served here; lineages of others are ignored
   */
  SubscriptionState(String model, SubscriptionLimits limits) {
    this.model = model;
    this.limits = limits;
  }

  /** Defers decisions until {@link #settle}. */
  void catchUp() {
    catchingUp = true;
  }

  /** Ends catching up: the moves of every lineage. */
  List<Move> settle() {
    catchingUp = false;
    List<Move> moves = new ArrayList<>();
    lineages
        .values()
        .forEach(
            lineage -> {
              moves.addAll(lineage.unreported());
              moves.add(lineage.next());
            });
    return moves;
  }

  /** Takes a verified adapter found at {@code at}. */
  List<Move> adapter(HeldVersion version, LogPosition at) {
    LineageId id = version.version().lineage();
    LineageState lineage = admit(id);
    if (lineage == null) {
      return List.of(new Move.Ignore(id, ignored(id)));
    }
    Move special = lineage.hold(version, at);
    return special == null ? decide(lineage) : List.of(special);
  }

  /** Takes where a version was found whose payload was not read. */
  List<Move> located(AdapterVersion version, LogPosition at) {
    LineageState lineage = admit(version.lineage());
    if (lineage == null) {
      return List.of(new Move.Ignore(version.lineage(), ignored(version.lineage())));
    }
    Move special = lineage.locate(version, at);
    return special == null ? decide(lineage) : List.of(special);
  }

  /** Takes an adapter that failed its checks. */
  List<Move> refusedAdapter(LineageId id, long version, Refusal refusal) {
    LineageState lineage = admit(id);
    if (lineage == null) {
      return List.of(new Move.Ignore(id, ignored(id)));
    }
    lineage.refuse(version, refusal);
    return decide(lineage);
  }

  /** Takes the removal of a version from the log. */
  List<Move> retired(LineageId id, long version) {
    LineageState lineage = lineages.get(id);
    if (lineage == null) {
      return List.of();
    }
    lineage.retire(version);
    return decide(lineage);
  }

  /** Takes an alias. */
  List<Move> alias(LineageId id, AliasMove move) {
    LineageState lineage = admit(id);
    if (lineage == null) {
      return List.of(notAdmitted(id, move.live()));
    }
    Move special = lineage.follow(move);
    return special == null ? decide(lineage) : List.of(special);
  }

  /** Takes a version that was read back from the log. */
  List<Move> readBack(HeldVersion version) {
    LineageState lineage = known(version.version().lineage());
    lineage.keep(version);
    return List.of(lineage.next());
  }

  /** Takes that a version will not be swapped in; whoever calls says so to the world. */
  void refuseForGood(LineageId id, long version, Refusal refusal) {
    known(id).refuseForGood(version, refusal);
  }

  /** Takes that a version cannot be read back for now. */
  List<Move> unavailable(LineageId id, long version, Refusal refusal) {
    return List.of(known(id).unavailable(version, refusal));
  }

  /** True when a version that is to serve could not be read. */
  boolean waits() {
    return lineages.values().stream().anyMatch(LineageState::waits);
  }

  /** Tries again to read what could not be read. */
  List<Move> retry() {
    return lineages.values().stream().filter(LineageState::waits).map(LineageState::retry).toList();
  }

  /** Takes that a swap was done. */
  void swapped(LineageId id, long version) {
    known(id).swapped(version);
  }

  /** What was decoded of a version; null when it is not held. */
  @Nullable AdapterWeights weights(LineageId id, long version) {
    LineageState lineage = lineages.get(id);
    return lineage == null ? null : lineage.weights(version);
  }

  /** Where a version lies; null when that is not remembered. */
  @Nullable LogPosition position(LineageId id, long version) {
    LineageState lineage = lineages.get(id);
    return lineage == null ? null : lineage.position(version);
  }

  /** The version of {@code id} that serves; 0, the base model, when there was no swap. */
  long live(LineageId id) {
    LineageState lineage = lineages.get(id);
    return lineage == null ? 0 : lineage.live();
  }

  /** Number of lineages that are followed. */
  int lineages() {
    return lineages.size();
  }

  /** True when records of {@code id} concern this node. */
  boolean serves(LineageId id) {
    return id.model().equals(model);
  }

  private List<Move> decide(LineageState lineage) {
    if (catchingUp) {
      return List.of();
    }
    List<Move> moves = lineage.unreported();
    moves.add(lineage.next());
    return moves;
  }

  private @Nullable LineageState admit(LineageId id) {
    LineageState known = lineages.get(id);
    if (known != null) {
      return known;
    }
    if (!serves(id) || lineages.size() >= limits.lineages()) {
      return null;
    }
    LineageState fresh = new LineageState(id, limits);
    lineages.put(id, fresh);
    return fresh;
  }

  private Ignored ignored(LineageId id) {
    return serves(id) ? Ignored.LINEAGE_LIMIT : Ignored.OTHER_MODEL;
  }

  private Move notAdmitted(LineageId id, long version) {
    if (!serves(id)) {
      return new Move.Ignore(id, Ignored.OTHER_MODEL);
    }
    return new Move.Refuse(
        id,
        version,
        Refusal.of(
            SubscriptionRefusal.LINEAGE_LIMIT,
            "expected at most " + limits.lineages() + " lineages, found " + id + " besides"));
  }

  private LineageState known(LineageId id) {
    LineageState lineage = lineages.get(id);
    if (lineage == null) {
      throw new IllegalStateException("expected a lineage that is followed, found " + id);
    }
    return lineage;
  }
}
