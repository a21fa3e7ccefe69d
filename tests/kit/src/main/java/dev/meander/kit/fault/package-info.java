/**
 * Seeded fault injection: points that a program under test can be stopped at, plans of faults drawn
 * from a seed, and child processes that are killed there. Knows no module of ours.
 */
@NullMarked
package dev.meander.kit.fault;

import org.jspecify.annotations.NullMarked;
