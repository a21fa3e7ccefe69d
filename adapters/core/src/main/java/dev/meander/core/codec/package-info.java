/**
 * Floats of an adapter as bytes: whole values, and changes against a parent's floats. Decoding is
 * total and allocates no more than the layout asks for.
 */
@NullMarked
package dev.meander.core.codec;

import org.jspecify.annotations.NullMarked;
