/**
 * Guarantees: objects that watch a run, record by record, and fail at the first one that breaks
 * their law. Knows no module of ours; whoever reads the topics hands over what these records say.
 */
@NullMarked
package dev.meander.kit.guarantee;

import org.jspecify.annotations.NullMarked;
