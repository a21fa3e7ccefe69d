package dev.meander.serving.subscribe;

/**
 * Why a node does not follow an alias, beside what is wrong with an adapter itself. Names are
 * written to acknowledgements and metrics and never change.
 */
enum SubscriptionRefusal {
  /** The alias names a version that the log no longer holds, or never held. */
  VERSION_NOT_HELD,
  /** The payload is not in the object store, or cannot be read there; it is asked again. */
  OBJECT_UNAVAILABLE,
  /** One lineage more than the node follows. */
  LINEAGE_LIMIT,
  /** An older live version whose cause is not a rollback. */
  OLDER_WITHOUT_ROLLBACK,
  /** A version number that was used before, for other content. */
  VERSION_REUSED,
  /** A record whose key names another lineage or version than its value. */
  OTHER_KEY,
  /** An alias with a negative epoch or version. */
  MALFORMED_ALIAS,
  /** The model could not be opened for the lineage, or did not take the weights. */
  SLOT_REFUSED
}
