/** Corrections of a batch's predictions after the forward pass; no parameter is touched. */
@NullMarked
package dev.meander.core.correct;

import org.jspecify.annotations.NullMarked;
