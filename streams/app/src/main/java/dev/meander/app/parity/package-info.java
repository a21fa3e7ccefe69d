/**
 * Golden traces: recorded numbers of reference implementations, followed by the real methods on the
 * real engine. Reads any folder in the format of the data pack's {@code golden}.
 */
@NullMarked
package dev.meander.app.parity;

import org.jspecify.annotations.NullMarked;
