/**
 * Commands: read, executed by the stages whose state they change, and answered by decisions. Knows
 * neither of those stages.
 */
@NullMarked
package dev.meander.streams.command;

import org.jspecify.annotations.NullMarked;
