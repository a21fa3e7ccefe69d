package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterVersion;

/** What the record of a version gave. */
sealed interface Reading {

  /**
   * The version, verified and decoded.
   *
   * @param at where it lies
   */
  record Verified(HeldVersion version, LogPosition at) implements Reading {}

  /**
   * A version that is read when it is needed: its payload was not held or lies elsewhere, or its
   * parent is not held.
   *
   * @param at where it lies
   */
  record Located(AdapterVersion version, LogPosition at) implements Reading {}

  /** Nothing is known of the version for now; asking again may help. */
  record Unavailable(Refusal why) implements Reading {}

  /** The version is not to be served. */
  record Refused(Refusal why) implements Reading {

    static Refused of(Enum<?> reason, String message) {
      return new Refused(Refusal.of(reason, message));
    }
  }
}
