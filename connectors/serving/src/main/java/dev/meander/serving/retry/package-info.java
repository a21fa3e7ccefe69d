/**
 * Waiting for something outside that does not answer, in bounded pauses and without missing that
 * the node closes.
 */
@NullMarked
package dev.meander.serving.retry;

import org.jspecify.annotations.NullMarked;
