/**
 * Trains the built-in glyph classifier in Java, through the model port. The resource {@code
 * glyphs.pt} was written by {@code meander train --out FILE --seed 1 --epochs 8}.
 */
@NullMarked
package dev.meander.app.train;

import org.jspecify.annotations.NullMarked;
