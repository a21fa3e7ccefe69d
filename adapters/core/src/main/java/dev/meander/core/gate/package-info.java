/**
 * Decides whether an event may teach, with a reason. First stage of the path; its decisions become
 * samples.
 */
@NullMarked
package dev.meander.core.gate;

import org.jspecify.annotations.NullMarked;
