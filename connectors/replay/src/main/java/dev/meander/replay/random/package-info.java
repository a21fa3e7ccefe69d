/**
 * Random draws that a seed and a position decide, the same on every machine. Below everything else
 * in this module, so that a data set, a corruption or a scenario can be replayed from its numbers.
 */
@NullMarked
package dev.meander.replay.random;

import org.jspecify.annotations.NullMarked;
