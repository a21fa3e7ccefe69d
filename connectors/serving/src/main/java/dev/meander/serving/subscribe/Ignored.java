package dev.meander.serving.subscribe;

/** Why a record changes nothing, though nothing is wrong. Names are tags of a metric. */
enum Ignored {
  /** An alias whose epoch is not newer than the one that is followed. */
  STALE_EPOCH,
  /** A lineage of a model that is not served here. */
  OTHER_MODEL,
  /** An adapter of a lineage beyond the limit; its alias is refused. */
  LINEAGE_LIMIT,
  /** An adapter that was read before. */
  DUPLICATE,
  /** An alias was removed; the node keeps serving what it serves. */
  ALIAS_REMOVED
}
