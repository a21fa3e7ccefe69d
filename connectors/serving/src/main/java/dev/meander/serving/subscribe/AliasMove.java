package dev.meander.serving.subscribe;

import dev.meander.schemas.record.AliasRecord;
import org.jspecify.annotations.Nullable;

/**
 * What an alias record asks for.
 *
 * @param epoch grows with every move of the lineage
 * @param live version that is to serve; 0 is the base model
 * @param previous version a rollback would most likely go to; null when there is none
 * @param rollback whether an older version than the last may be named
 */
record AliasMove(long epoch, long live, @Nullable Long previous, boolean rollback) {

  /** The cause that may name an older version. */
  static final String ROLLBACK = "ROLLBACK";

  static AliasMove of(AliasRecord alias) {
    return new AliasMove(
        alias.getEpoch(), alias.getLive(), alias.getPrevious(), alias.getCause().equals(ROLLBACK));
  }
}
