package dev.meander.streams.publish;

import dev.meander.schemas.CommandKind;
import org.jspecify.annotations.Nullable;

/**
 * What each command does, as a function of what a lineage serves and of what lies on the log. A
 * command whose effect is there already does nothing.
 *
 * <p>Thread-safety: stateless.
 */
final class AliasRules {

  static final String ROLLBACK = "ROLLBACK";
  static final String PROMOTE = "PROMOTE";
  static final String PIN = "PIN";
  static final String UNPIN = "UNPIN";
  static final String PAUSE = "PAUSE";
  static final String RESUME = "RESUME";

  private final Alias now;
  private final VersionLedger onLog;

  AliasRules(Alias now, VersionLedger onLog) {
    this.now = now;
    this.onLog = onLog;
  }

  /**
   * What {@code kind} does.
   *
   * @param version the command is about; null where it says nothing
   */
  Ruling rule(CommandKind kind, @Nullable Long version) {
    // a learner has executed it when it comes here, so it is not refused any more
    if (kind.isForTheLearner()) {
      return ofTheLearner(kind);
    }
    if (now.epoch() == 0) {
      return new Ruling.Refuse("unknown lineage: it has published no version yet");
    }
    return switch (kind) {
      case ROLLBACK -> rollback(version == null ? now.previous() : version);
      case PROMOTE -> promote(version == null ? now.newest() : version);
      case PIN -> pin(version == null ? now.live() : version);
      case UNPIN -> unpin();
      case RETIRE -> retire(version == null ? Alias.NO_VERSION : version);
      case PAUSE, RESUME, RESET -> throw new IllegalStateException(kind + " was ruled before");
    };
  }

  private Ruling rollback(long target) {
    if (target == Alias.NO_VERSION) {
      return new Ruling.Refuse("expected a version, found none and no previous one");
    }
    if (target == now.live()) {
      return now.pinned()
          ? new Ruling.Nothing(served(target) + " is live and pinned already")
          : new Ruling.Move(now.pin(true), PIN);
    }
    if (target > now.live()) {
      return missingOr(
          target,
          new Ruling.Refuse(
              "expected a version before "
                  + served(now.live())
                  + ", which is live, found version "
                  + target
                  + ": promote it instead"));
    }
    return missingOr(target, new Ruling.Move(now.moveTo(target, true), ROLLBACK));
  }

  private Ruling promote(long target) {
    if (target == now.live()) {
      return new Ruling.Nothing(served(target) + " is live already");
    }
    if (now.pinned()) {
      return new Ruling.Refuse(
          "pinned: " + served(now.live()) + " stays live until it is unpinned or rolled back");
    }
    if (target < now.live()) {
      return missingOr(
          target,
          new Ruling.Refuse(
              "expected a version after "
                  + served(now.live())
                  + ", which is live, found "
                  + served(target)
                  + ": roll back instead"));
    }
    return missingOr(target, new Ruling.Move(now.moveTo(target, false), PROMOTE));
  }

  private Ruling pin(long target) {
    if (target != now.live()) {
      return new Ruling.Refuse(
          "expected " + served(target) + " to be live, found " + served(now.live()));
    }
    return now.pinned()
        ? new Ruling.Nothing(served(target) + " is pinned already")
        : new Ruling.Move(now.pin(true), PIN);
  }

  private Ruling unpin() {
    return now.pinned()
        ? new Ruling.Move(now.pin(false), UNPIN)
        : new Ruling.Nothing("no version is pinned");
  }

  private Ruling ofTheLearner(CommandKind kind) {
    return switch (kind) {
      case PAUSE ->
          now.paused()
              ? new Ruling.Nothing("the lineage is paused already")
              : new Ruling.Move(now.pause(true), PAUSE);
      case RESUME ->
          now.paused()
              ? new Ruling.Move(now.pause(false), RESUME)
              : new Ruling.Nothing("the lineage is not paused");
      default -> reset();
    };
  }

  /** The learner is at the base model, so that is what its lineage serves. */
  private Ruling reset() {
    if (now.live() == 0) {
      return new Ruling.Nothing("the base model is live already");
    }
    if (now.pinned()) {
      return new Ruling.Nothing("pinned: " + served(now.live()) + " stays live");
    }
    return new Ruling.Move(now.moveTo(0, false), ROLLBACK);
  }

  private Ruling retire(long target) {
    if (target < 1) {
      return new Ruling.Refuse(
          "expected a version >= 1, found " + (target == 0 ? "0, the base model" : "none"));
    }
    if (now.names(target)) {
      return new Ruling.Refuse(
          "version " + target + (target == now.live() ? " is live" : " is the previous version"));
    }
    if (target > now.newest()) {
      return unknown(target);
    }
    if (!onLog.contains(target)) {
      return new Ruling.Nothing("version " + target + " is not on the log");
    }
    long dependent = onLog.dependentOn(target);
    if (dependent != Alias.NO_VERSION) {
      return new Ruling.Refuse("version " + dependent + " is written as a change against it");
    }
    return new Ruling.Remove(target);
  }

  private Ruling missingOr(long target, Ruling otherwise) {
    if (target > now.newest()) {
      return unknown(target);
    }
    if (target > 0 && !onLog.contains(target)) {
      return new Ruling.Refuse("retired version: version " + target + " is no longer on the log");
    }
    return otherwise;
  }

  private Ruling unknown(long target) {
    return new Ruling.Refuse(
        "unknown version: expected at most version "
            + now.newest()
            + ", the newest, found version "
            + target);
  }

  private static String served(long version) {
    return version == 0 ? "the base model" : "version " + version;
  }
}
