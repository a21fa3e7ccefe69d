/**
 * Adaptation methods as compositions over normalise, objective and optimise. The table of names is
 * {@link dev.meander.core.method.Methods}.
 */
@NullMarked
package dev.meander.core.method;

import org.jspecify.annotations.NullMarked;
