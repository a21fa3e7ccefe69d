/**
 * Memory banks: bounded sets of samples and features of a stream, with state by named arrays. What
 * is drawn from them depends only on what was offered and on a seed.
 */
@NullMarked
package dev.meander.core.memory;

import org.jspecify.annotations.NullMarked;
