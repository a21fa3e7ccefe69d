/**
 * The demonstration: a drifting stream served by two nodes, adapted to by one learner application,
 * judged from what was served. Stands on the embedded stack; uses the same classes as {@code run}
 * and {@code serve}.
 */
@NullMarked
package dev.meander.app.demo;

import org.jspecify.annotations.NullMarked;
