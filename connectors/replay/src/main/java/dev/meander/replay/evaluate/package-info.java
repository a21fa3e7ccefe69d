/**
 * Runs the learner over scenarios without Kafka and counts two errors: the learner's own and that
 * of the versions it would have published. Results are kept by a key of everything they depend on.
 */
@NullMarked
package dev.meander.replay.evaluate;

import org.jspecify.annotations.NullMarked;
