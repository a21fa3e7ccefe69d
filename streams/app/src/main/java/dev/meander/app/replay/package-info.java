/**
 * Replays of a lineage that lies on a cluster: reads its versions and samples and hands them to the
 * re-run, which knows no broker.
 */
@NullMarked
package dev.meander.app.replay;

import org.jspecify.annotations.NullMarked;
