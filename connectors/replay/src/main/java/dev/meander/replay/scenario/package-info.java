/**
 * Orders of images under a drift: what comes when, how strong. A stream is a function of position,
 * so that any part of it can be repeated.
 */
@NullMarked
package dev.meander.replay.scenario;

import org.jspecify.annotations.NullMarked;
