/**
 * Between records on topics and values of the core: events, samples, adapter frames. Decoding is
 * total: a value or a named refusal.
 */
@NullMarked
package dev.meander.core.wire;

import org.jspecify.annotations.NullMarked;
