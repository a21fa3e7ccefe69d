/** Third stage: every verdict becomes a decision on the log, and only versions go on. */
@NullMarked
package dev.meander.streams.guard;

import org.jspecify.annotations.NullMarked;
