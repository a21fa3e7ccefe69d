/**
 * The state machine of one lineage: batch, step, guard, version; snapshot and restore. Driven by
 * the topology, by replay and by benchmarks alike.
 */
@NullMarked
package dev.meander.core.learner;

import org.jspecify.annotations.NullMarked;
