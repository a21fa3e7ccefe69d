/**
 * Writes what was asked and answered to {@code traffic}, without ever making an answer wait. What
 * cannot be written is counted by reason.
 */
@NullMarked
package dev.meander.serving.traffic;

import org.jspecify.annotations.NullMarked;
